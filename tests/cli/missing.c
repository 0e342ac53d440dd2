/* A library that a plugin of plugin.c needs and does not find. */
int cli_plugin_missing(void);

int cli_plugin_missing(void)
{
    return 0;
}
