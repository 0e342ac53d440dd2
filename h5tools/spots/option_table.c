/* Numbers of getopt_long() are rows of the table, so that both follow from it. */
#include "spots/option_table.h"

#include <assert.h>
#include <string.h>

#include "base/help_text.h"

#define INT(FIELD, NAME, UNITS)                                                                    \
    .kind = OPTION_INT, .offset = offsetof(wn_spot_params, FIELD), .name = (NAME), .units = (UNITS)

#define REAL(FIELD, NAME, UNITS)                                                                   \
    .kind = OPTION_REAL, .offset = offsetof(wn_spot_params, FIELD), .name = (NAME), .units = (UNITS)

const struct spot_option_row SPOT_OPTION[SPOT_ROWS] = {
    [SPOT_METHOD] = {"--method", "METHOD", "Which pixels are strong:\n",
                     "ring (default): peaks above the background of rings or tiles; dispersion, "
                     "dispersion-extended: the methods of DIALS; peakfinder8: the method of "
                     "CrystFEL, needs the beam centre",
                     METHOD_ANY},
    [SPOT_COMPAT] = {"--compat", "pyfai", NULL,
                     "with ring: exactly as pyFAI's peak finder; needs the beam centre", METHOD_ANY,
                     OPTION_ANOTHERS},
    [SPOT_PATCH] = {"--patch", "PIXELS", "  ring, and with --compat pyfai:\n",
                    "edge of the patch about a peak, pixels, 3 or 5; default 5",
                    METHOD_RING | METHOD_PYFAI, INT(patch, "patch", "pixels")},
    [SPOT_CUTOFF] = {"--cutoff", "SIGMA", NULL,
                     "least height of a pixel above the background, sigma; default 2, with "
                     "--compat pyfai 3",
                     METHOD_RING | METHOD_PYFAI, REAL(cutoff, "cutoff", "")},
    [SPOT_CONNECTED] = {"--connected", "N", NULL,
                        "least number of such pixels in a patch; default 3",
                        METHOD_RING | METHOD_PYFAI, INT(connected, "connected", "pixels")},
    [SPOT_SIGNIFICANCE] = {"--significance", "SIGMA", NULL,
                           "ring: least significance of the sum over a patch, sigma; default 5.3",
                           METHOD_RING, REAL(significance, "significance", "")},
    [SPOT_NOISE_FLOOR] = {"--noise-floor", "COUNTS", NULL,
                          "--compat pyfai: noise added to sigma, counts; default 1", METHOD_PYFAI,
                          OPTION_ANOTHERS},
    [SPOT_KERNEL] = {"--kernel", "X,Y", "  dispersion, dispersion-extended:\n",
                     "half the size of the window, pixels; default 3,3: 7 x 7", METHOD_DISPERSION},
    [SPOT_GAIN] = {"--gain", "COUNTS", NULL, "counts per photon; default 1", METHOD_DISPERSION,
                   REAL(gain, "gain", "")},
    [SPOT_SIGMA_BACKGROUND] = {"--sigma-background", "S", NULL,
                               "threshold of the index of dispersion; default 6", METHOD_DISPERSION,
                               REAL(sigma_background, "sigma_background", "")},
    [SPOT_SIGMA_STRONG] = {"--sigma-strong", "S", NULL,
                           "threshold of a pixel above the local mean; default 3",
                           METHOD_DISPERSION, REAL(sigma_strong, "sigma_strong", "")},
    [SPOT_MIN_LOCAL] = {"--min-local", "N", NULL,
                        "least number of good pixels in the window, 0: all; default 2",
                        METHOD_DISPERSION, INT(min_local, "min_local", "pixels")},
    [SPOT_GLOBAL_THRESHOLD] = {"--global-threshold", "C", NULL,
                               "strong pixels have more counts than this; default 0",
                               METHOD_DISPERSION,
                               REAL(global_threshold, "global_threshold", "counts")},
    [SPOT_DIALS] = {"--dials", "VERSION", NULL,
                    "dispersion-extended: treat masked pixels as this version of DIALS does, such "
                    "as 3.12; default as 3.24 and later",
                    METHOD_EXTENDED},
    [SPOT_THRESHOLD] = {"--threshold", "COUNTS", "  peakfinder8:\n",
                        "least counts of a pixel; default 800", METHOD_PEAKFINDER8,
                        REAL(threshold, "threshold", "counts")},
    [SPOT_MIN_SNR] = {"--min-snr", "SNR", NULL,
                      "least signal to noise of pixels, and of peaks; default 5",
                      METHOD_PEAKFINDER8, REAL(min_snr, "min_snr", "")},
    [SPOT_MIN_PIX_COUNT] = {"--min-pix-count", "N", NULL,
                            "least number of pixels of a peak; default 2", METHOD_PEAKFINDER8,
                            INT(min_pixels, "min_pix_count", "pixels")},
    [SPOT_MAX_PIX_COUNT] = {"--max-pix-count", "N", NULL,
                            "largest number of pixels of a peak; default 200", METHOD_PEAKFINDER8,
                            INT(max_pixels, "max_pix_count", "pixels")},
    [SPOT_LOCAL_BG_RADIUS] = {"--local-bg-radius", "N", NULL,
                              "radius in which the background of a peak is measured, pixels; "
                              "default 3",
                              METHOD_PEAKFINDER8,
                              INT(local_background, "local_bg_radius", "pixels")},
    [SPOT_MIN_PIXELS] = {"--min-pixels", "N", "\nWhich spots are reported:\n",
                         "least number of strong pixels; default 3 for dispersion and "
                         "dispersion-extended, else 1",
                         METHOD_ANY},
    [SPOT_MAX_PIXELS] = {"--max-pixels", "N", NULL,
                         "largest number of strong pixels; default 1000 for dispersion and "
                         "dispersion-extended, else no limit",
                         METHOD_ANY},
    [SPOT_MAX_SEPARATION] = {"--max-separation", "PIXELS", NULL,
                             "largest distance from the centroid to the highest pixel, one frame "
                             "counts as one pixel; default 2 for dispersion and "
                             "dispersion-extended, else no limit",
                             METHOD_ANY},
    [SPOT_ROTATION] = {"--rotation", NULL, NULL,
                       "spots reach across frames; default where the file says that the sample "
                       "rotates, but not for peakfinder8 and --compat pyfai",
                       METHOD_ANY},
    [SPOT_STILLS] = {"--stills", NULL, NULL, "every frame is searched by itself", METHOD_ANY},
    [SPOT_D_MIN] = {"--d-min", "D", NULL,
                    "high resolution limit, angstrom: pixels beyond it are masked before the "
                    "search",
                    METHOD_ANY},
    [SPOT_D_MAX] = {"--d-max", "D", NULL, "low resolution limit, likewise", METHOD_ANY},
    [SPOT_ICE_RINGS] = {"--ice-rings", NULL, NULL,
                        "mask the rings of hexagonal ice, 0.002 / angstrom^2 wide in 1/d^2",
                        METHOD_ANY},
    [SPOT_POWDER_RINGS] = {"--powder-rings", "D1,D2,...[:WIDTH]", NULL,
                           "mask rings at these resolutions, angstrom; WIDTH in 1/d^2, default "
                           "0.002",
                           METHOD_ANY},
    [SPOT_WAVELENGTH] = {"--wavelength", "ANGSTROM", NULL,
                         "for the resolution; default as the file says", METHOD_ANY},
    [SPOT_SATURATION] = {"--saturation", "COUNTS", NULL,
                         "pixels with at least this value are saturated; default as the file says",
                         METHOD_ANY},
    [SPOT_HITS] = {"--hits", "N", NULL, "a frame with at least N spots is a hit; default 1",
                   METHOD_ANY},
};

void spot_options_getopt(const struct option *own, struct option all[SPOT_GETOPT_MAX])
{
    size_t n = 0;
    for (; own[n].name; n++)
        all[n] = own[n];
    assert(n + SPOT_ROWS + 1 <= SPOT_GETOPT_MAX);
    for (int i = 0; i < SPOT_ROWS; i++)
        if (SPOT_OPTION[i].kind != OPTION_ANOTHERS)
            all[n++] = (struct option){SPOT_OPTION[i].option + strlen("--"),
                                       SPOT_OPTION[i].argument ? required_argument : no_argument,
                                       NULL, SPOT_OPTION_FIRST + i};
    all[n] = (struct option){NULL, 0, NULL, 0};
}

void spot_options_usage(FILE *out)
{
    for (int i = 0; i < SPOT_ROWS; i++) {
        const struct spot_option_row *row = &SPOT_OPTION[i];
        struct help_text text;
        if (row->heading)
            fputs(row->heading, out);
        help_text_option(&text, row->option, row->argument, out);
        help_text_words(&text, row->help);
        help_text_new_line(&text);
    }
}
