/*
 * Peak lists as CrystFEL reads them with --peaks=cxi and Cheetah writes them.
 *
 * /entry_1/result_1 has nPeaks for each frame of the dataset, and for each quantity a row, padded
 * with zeros: peakXPosRaw and peakYPosRaw (pixel; the centre of the first pixel is
 * at (0, 0); CrystFEL adds 0.5 itself), peakTotalIntensity, peakNPixels, peakMaximumValue,
 * peakSNR. /entry_1/data_1/data is an external link to the images: CrystFEL reads both from the
 * same file.
 */
#ifndef H5WINNOW_SPOTS_WRITE_CXI_H
#define H5WINNOW_SPOTS_WRITE_CXI_H

#include <hdf5.h>
#include <stdint.h>

#include "base/outcome.h"
#include "spots/table.h"

/*
 * Writes the peak list into a new file. Frames that were not searched have 0 peaks; a spot across
 * frames is a peak of the one it is nearest to.
 *
 *   file_name          for messages
 *   frames_in_dataset  rows; more than the number of the last frame of the table
 *
 * BAD_INPUT: the table has frames that the dataset has not. WRONG_USAGE: the file has a peak list
 * already. IO_FAILURE: disk full or the like. INTERRUPTED.
 */
enum outcome spot_cxi_write(hid_t file, const char *file_name, const struct spot_table *table,
                            uint64_t frames_in_dataset);

#endif
