"""The quality levels, as core/quality.c has them."""

# Best first: the parameters that a level chooses, for integers and for floats; all others are at
# their defaults.
DECISIVE = ("keep", "pick", "noise_floor", "block", "halo", "filter_width")
COUNTS = {"lossless": {"keep": "all"},
          "transparent": {"keep": "cluster", "pick": 250, "halo": 2, "block": 2},
          "high": {"keep": "cluster", "pick": 250, "halo": 2, "block": 3},
          "compact": {"keep": "cluster", "pick": 300, "halo": 2, "block": 4},
          "hits": {"keep": "cluster", "pick": 1000}}
REALS = {"lossless": {"keep": "all"}, "transparent": {"keep": "all"}, "high": {"keep": "all"},
         "compact": {"keep": "outlier"}, "hits": {"keep": "outlier", "pick": 500}}

DEFAULT_KEEP = "outlier"
DEFAULT_PICK = {"outlier": 100, "cluster": 300}
DEFAULT_HALO = 2  # with blocks


def level(quality):
    """What a level chooses for integers."""
    values = dict.fromkeys(DECISIVE, 0)
    values.update(COUNTS[quality])
    return values


def pick(values):
    """The pick cut-off, its default filled in, 1/100 sigma."""
    return values["pick"] or DEFAULT_PICK[values["keep"] or DEFAULT_KEEP]


def halo(values):
    """The halo, its default filled in, pixels."""
    wide = values["keep"] == "cluster" and values["block"]
    return values["halo"] or (DEFAULT_HALO if wide else 0)


def name(values, real):
    """The level that these values are, for floats or integers; None: they are none."""
    here = _decisive(values)
    for quality, chosen in (REALS if real else COUNTS).items():
        if here == _decisive({**dict.fromkeys(DECISIVE, 0), **chosen}):
            return quality
    return None


def _decisive(values):
    """The parameters that decide the quality, defaults filled in."""
    keep = values["keep"] or DEFAULT_KEEP
    if keep == "all":
        return keep, values["block"]
    return (keep, pick(values), halo(values), values["filter_width"], values["noise_floor"],
            values["block"])
