/* One implementation for HDF5 1.12 and later (tokens), one for HDF5 1.10 (addresses). */
#include "hdf5/object_id.h"

#if H5_VERSION_GE(1, 12, 0)

bool object_token_of(hid_t object, object_token *token)
{
    H5O_info2_t info;
    if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0)
        return false;
    *token = info.token;
    return true;
}

hid_t object_open(hid_t location, const object_token *token)
{
    return H5Oopen_by_token(location, *token);
}

object_token link_token(const link_info *link)
{
    return link->u.token;
}

#else

bool object_token_of(hid_t object, object_token *token)
{
    H5O_info_t info;
    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
        return false;
    *token = info.addr;
    return true;
}

hid_t object_open(hid_t location, const object_token *token)
{
    return H5Oopen_by_addr(location, *token);
}

object_token link_token(const link_info *link)
{
    return link->u.address;
}

#endif

hid_t memory_type_of(hid_t holder)
{
    const hid_t type = H5Iget_type(holder) == H5I_ATTR ? H5Aget_type(holder) : H5Dget_type(holder);
    const hid_t copy = type >= 0 ? H5Tcopy(type) : -1;
    if (type >= 0)
        H5Tclose(type);
    return copy;
}

bool holds_references(hid_t holder)
{
    const hid_t type = memory_type_of(holder);
    const bool references = type >= 0 && H5Tdetect_class(type, H5T_REFERENCE) > 0;
    if (type >= 0)
        H5Tclose(type);
    return references;
}
