/*
 * Iterates over the chunk grid in row-major order; datasets without chunks are cut into whole rows
 * of up to 1 MiB. Chunks that were never written are skipped by their storage size.
 */
#include "hdf5/hyperslabs.h"

/* Bytes of a block where the dataset has no chunks. */
#define HYPERSLAB_BYTES (1 << 20)
/* Files that claim more chunks than this have a forged extent. */
#define HYPERSLABS_MAX 10000000

struct block_grid {
    hid_t dataset, space;
    int rank;
    bool chunked;
    hsize_t shape[H5S_MAX_RANK], block[H5S_MAX_RANK], start[H5S_MAX_RANK];
};

static hsize_t smaller(hsize_t one, hsize_t other)
{
    return one < other ? one : other;
}

/* As many whole rows as fit. */
static void choose_blocks(struct block_grid *grid)
{
    const hid_t type = H5Dget_type(grid->dataset);
    const size_t size = H5Tget_size(type);
    hsize_t rest = size > 0 && size < HYPERSLAB_BYTES ? HYPERSLAB_BYTES / size : 1;
    H5Tclose(type);
    for (int i = grid->rank - 1; i >= 0; i--) {
        grid->block[i] = smaller(grid->shape[i], rest);
        rest = rest / grid->block[i] > 0 ? rest / grid->block[i] : 1;
    }
}

/* Sets the block size. False: too many blocks. */
static bool find_blocks(struct block_grid *grid)
{
    hsize_t count = 1;
    const hid_t properties = H5Dget_create_plist(grid->dataset);
    grid->chunked = H5Pget_layout(properties) == H5D_CHUNKED;
    if (grid->chunked)
        H5Pget_chunk(properties, H5S_MAX_RANK, grid->block);
    else
        choose_blocks(grid);
    H5Pclose(properties);
    for (int i = 0; i < grid->rank && count <= HYPERSLABS_MAX; i++)
        count *= (grid->shape[i] - 1) / grid->block[i] + 1;
    return count <= HYPERSLABS_MAX;
}

static bool is_stored(const struct block_grid *grid)
{
    hsize_t size = 0;
    return !grid->chunked ||
           (H5Dget_chunk_storage_size(grid->dataset, grid->start, &size) >= 0 && size > 0);
}

static bool visit_block(const struct block_grid *grid, block_visit visit, void *context)
{
    hsize_t count[H5S_MAX_RANK];
    for (int i = 0; i < grid->rank; i++)
        count[i] = smaller(grid->block[i], grid->shape[i] - grid->start[i]);
    const hid_t memory = H5Screate_simple(grid->rank, count, NULL);
    const bool good =
        H5Sselect_hyperslab(grid->space, H5S_SELECT_SET, grid->start, NULL, count, NULL) >= 0 &&
        visit(context, memory, grid->space);
    H5Sclose(memory);
    return good;
}

/* Advances to the next block, last dimension fastest. False: that was the last one. */
static bool advance(struct block_grid *grid)
{
    for (int i = grid->rank - 1; i >= 0; i--) {
        if (grid->block[i] < grid->shape[i] - grid->start[i]) {
            grid->start[i] += grid->block[i];
            return true;
        }
        grid->start[i] = 0;
    }
    return false;
}

static bool visit_all(struct block_grid *grid, block_visit visit, void *context)
{
    do
        if (is_stored(grid) && !visit_block(grid, visit, context))
            return false;
    while (advance(grid));
    return true;
}

/* Opens a grid, whose space is to be closed. False: HDF5 fails. */
static bool open_grid(struct block_grid *grid, hid_t dataset)
{
    *grid = (struct block_grid){.dataset = dataset, .space = H5Dget_space(dataset)};
    if (grid->space < 0)
        return false;
    grid->rank = H5Sget_simple_extent_dims(grid->space, grid->shape, NULL);
    return grid->rank >= 0;
}

bool hyperslabs_count_plausible(hid_t dataset)
{
    struct block_grid grid;
    const bool plausible = open_grid(&grid, dataset) &&
                           (H5Sget_simple_extent_npoints(grid.space) <= 0 || find_blocks(&grid));
    if (grid.space >= 0)
        H5Sclose(grid.space);
    return plausible;
}

bool hyperslabs_visit(hid_t dataset, block_visit visit, void *context)
{
    struct block_grid grid;
    bool good = open_grid(&grid, dataset);
    if (good && H5Sget_simple_extent_npoints(grid.space) > 0) {
        if (grid.rank == 0)
            good = visit(context, grid.space, grid.space);
        else
            good = find_blocks(&grid) && visit_all(&grid, visit, context);
    }
    if (grid.space >= 0)
        H5Sclose(grid.space);
    return good;
}
