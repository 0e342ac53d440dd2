"""Comparing a file with its copy, object by object, in memory and on disk.

Data are read with the type that they have in the file, by the HDF5 library itself, because h5py
does not support some of the types.
"""
import collections
import ctypes
import os

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5l, h5o, h5p, h5s, h5t

import hosts as host
from hosts import check

HDF5 = host.hdf5_library()
ID = ctypes.c_int64
OBJECT, REGION = 0, 1  # H5R_type_t
ALL_SIZE = 1 << 16
READ_MAX = 10000000  # elements; the chunks of larger datasets are compared all the same


class Sequence(ctypes.Structure):
    """hvl_t"""
    _fields_ = [("length", ctypes.c_size_t), ("elements", ctypes.c_void_p)]


def function(name, result, *arguments):
    call = getattr(HDF5, name)
    call.restype = result
    call.argtypes = arguments
    return call


H5Aread = function("H5Aread", ctypes.c_int, ID, ID, ctypes.c_void_p)
H5Dread = function("H5Dread", ctypes.c_int, ID, ID, ID, ID, ID, ctypes.c_void_p)
H5Fget_name = function("H5Fget_name", ctypes.c_ssize_t, ID, ctypes.c_char_p, ctypes.c_size_t)
H5Oclose = function("H5Oclose", ctypes.c_int, ID)
H5Oget_info2 = function("H5Oget_info2", ctypes.c_int, ID, ctypes.c_void_p, ctypes.c_uint)
H5Pclose = function("H5Pclose", ctypes.c_int, ID)
H5Pget_attr_creation_order = function("H5Pget_attr_creation_order", ctypes.c_int, ID,
                                      ctypes.POINTER(ctypes.c_uint))
H5Rdereference2 = function("H5Rdereference2", ID, ID, ID, ctypes.c_int, ctypes.c_void_p)
H5Rget_region = function("H5Rget_region", ID, ID, ctypes.c_int, ctypes.c_void_p)
H5Sclose = function("H5Sclose", ctypes.c_int, ID)
H5Tget_create_plist = function("H5Tget_create_plist", ID, ID)
H5Tget_offset = function("H5Tget_offset", ctypes.c_int, ID)
H5Tget_order = function("H5Tget_order", ctypes.c_int, ID)
H5Tget_precision = function("H5Tget_precision", ctypes.c_size_t, ID)
H5Sget_select_type = function("H5Sget_select_type", ctypes.c_int, ID)
H5Sget_simple_extent_ndims = function("H5Sget_simple_extent_ndims", ctypes.c_int, ID)
H5Sget_select_hyper_nblocks = function("H5Sget_select_hyper_nblocks", ctypes.c_int64, ID)
H5Sget_select_hyper_blocklist = function("H5Sget_select_hyper_blocklist", ctypes.c_int, ID,
                                         ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p)
H5Sget_select_elem_npoints = function("H5Sget_select_elem_npoints", ctypes.c_int64, ID)
H5Sget_select_elem_pointlist = function("H5Sget_select_elem_pointlist", ctypes.c_int, ID,
                                        ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p)
H5Lget_name_by_idx = function("H5Lget_name_by_idx", ctypes.c_ssize_t, ID, ctypes.c_char_p,
                              ctypes.c_int, ctypes.c_int, ctypes.c_uint64, ctypes.c_char_p,
                              ctypes.c_size_t, ID)
H5Aget_name_by_idx = function("H5Aget_name_by_idx", ctypes.c_ssize_t, ID, ctypes.c_char_p,
                              ctypes.c_int, ctypes.c_int, ctypes.c_uint64, ctypes.c_char_p,
                              ctypes.c_size_t, ID)


def identity(hid):
    """Identity of an object: its file and its address there."""
    name = ctypes.create_string_buffer(4096)
    info = (ctypes.c_uint64 * 64)()
    check(H5Fget_name(hid, name, 4096) > 0 and H5Oget_info2(hid, info, 1) >= 0,
          "an object cannot be told apart")
    status = os.stat(name.value)
    return status.st_dev, status.st_ino, info[1]


# ---- types ---------------------------------------------------------------------------------------

ASPECTS = {h5t.INTEGER: ("get_order", "get_precision", "get_offset", "get_sign", "get_pad"),
           h5t.FLOAT: ("get_order", "get_precision", "get_offset", "get_fields", "get_ebias",
                       "get_norm", "get_inpad", "get_pad"),
           h5t.STRING: ("get_cset", "get_strpad", "is_variable_str"), h5t.OPAQUE: ("get_tag",),
           h5t.ARRAY: ("get_array_dims",), h5t.TIME: ("get_order", "get_precision")}


def describe(tid):
    """All properties of a type; H5Tequal() also compares where the data are."""
    kind = tid.get_class()
    text = [kind, tid.get_size()] + [getattr(tid, a)() for a in ASPECTS.get(kind, ())]
    if kind == h5t.BITFIELD:
        text += [H5Tget_order(tid.id), H5Tget_precision(tid.id), H5Tget_offset(tid.id)]
    if kind == h5t.COMPOUND:
        text += [(tid.get_member_name(i), tid.get_member_offset(i),
                  describe(tid.get_member_type(i))) for i in range(tid.get_nmembers())]
    if kind == h5t.ENUM:
        text += [(tid.get_member_name(i), tid.get_member_value(i))
                 for i in range(tid.get_nmembers())]
    if kind in (h5t.ENUM, h5t.ARRAY, h5t.VLEN):
        text.append(describe(tid.get_super()))
    return text


# ---- values --------------------------------------------------------------------------------------


def is_plain(tid):
    return not (tid.detect_class(h5t.VLEN) or tid.detect_class(h5t.REFERENCE) or
                has_strings(tid))


def has_strings(tid):
    """Whether there are strings of any length in a type."""
    kind = tid.get_class()
    if kind == h5t.STRING:
        return tid.is_variable_str()
    if kind == h5t.COMPOUND:
        return any(has_strings(tid.get_member_type(i)) for i in range(tid.get_nmembers()))
    if kind in (h5t.ARRAY, h5t.VLEN):
        return has_strings(tid.get_super())
    return False


def decode(tid, at, where):
    """The value in memory at an address, as a Python object. References become their targets."""
    kind = tid.get_class()
    if kind == h5t.COMPOUND:
        return tuple(decode(tid.get_member_type(i), at + tid.get_member_offset(i), where)
                     for i in range(tid.get_nmembers()))
    if kind == h5t.ARRAY:
        base = tid.get_super()
        return tuple(decode(base, at + i * base.get_size(), where)
                     for i in range(tid.get_size() // base.get_size()))
    if kind == h5t.VLEN:
        base = tid.get_super()
        sequence = Sequence.from_address(at)
        return tuple(decode(base, sequence.elements + i * base.get_size(), where)
                     for i in range(sequence.length))
    if kind == h5t.STRING and tid.is_variable_str():
        return ctypes.c_char_p.from_address(at).value
    stored = ctypes.string_at(at, tid.get_size())
    if kind == h5t.REFERENCE:
        return led_to(OBJECT if len(stored) == 8 else REGION, stored, where)
    return stored


def selected(space):
    """The corners of all blocks, or all points, that are selected."""
    if H5Sget_select_type(space) == h5s.SEL_ALL:
        return "all"
    hyperslabs = H5Sget_select_type(space) == h5s.SEL_HYPERSLABS
    count, points = ((H5Sget_select_hyper_nblocks, H5Sget_select_hyper_blocklist) if hyperslabs
                     else (H5Sget_select_elem_npoints, H5Sget_select_elem_pointlist))
    memory = (ctypes.c_uint64 * (count(space) * 2 * H5Sget_simple_extent_ndims(space)))()
    check(points(space, 0, count(space), memory) >= 0, "a region cannot be read")
    return hyperslabs, tuple(memory)


def led_to(kind, stored, where):
    """The target of a reference in an object."""
    if not any(stored):
        return None
    target = H5Rdereference2(where, 0, kind, stored)
    if target < 0:
        return "nowhere"
    found = ("object", identity(target))
    H5Oclose(target)
    if kind == REGION:
        space = H5Rget_region(where, kind, stored)
        found += (selected(space),)
        H5Sclose(space)
    return found


def elements_of(space):
    return 0 if space.get_simple_extent_type() == h5s.NULL else space.get_simple_extent_npoints()


def value_of(read, tid, space, where):
    """All elements; as bytes if their type has no structure."""
    count = elements_of(space)
    size = tid.get_size()
    memory = (ctypes.c_char * max(1, count * size))()
    check(count == 0 or read(tid.id, memory) >= 0, "data cannot be read")
    if is_plain(tid):
        return memory.raw[:count * size]
    return [decode(tid, ctypes.addressof(memory) + i * size, where) for i in range(count)]


# ---- files ---------------------------------------------------------------------------------------


class Comparison:
    """`taken`: whether datasets of three dimensions were taken over; `first_frame`: of them only
    that was written. `left_out`, `lost`: paths of links that are not in the copy, and of datasets
    or attributes (as path@name) whose references may have become null. `different`: soft links
    with what they are in the copy."""

    def __init__(self, old, new, keep_external=False, first_frame=False, left_out=(), lost=(),
                 different=None):
        self.keep_external = keep_external
        self.first_frame = first_frame
        self.left_out = set(left_out)
        self.lost = set(lost)
        self.different = different or {}
        self.copies = {}   # of objects, by identity
        self.originals = {}
        self.values = []   # that hold references
        self.objects = 0
        with h5py.File(old, "r") as old_file, h5py.File(new, "r") as new_file:
            self.kept = []  # what must not be closed, so that files stay open
            self.object("/", old_file["/"].id, new_file["/"].id)
            self.compare_references()
            self.kept = None
        check(self.objects > 0, "nothing was compared")

    def same(self, path, what, old, new):
        check(old == new, "%s: %s: %.300r has become %.300r" % (path, what, old, new))

    def pair(self, path, old, new):
        """Whether these two are met for the first time."""
        one, other = identity(old.id), identity(new.id)
        if one not in self.copies and other not in self.originals:
            self.copies[one] = other
            self.originals[other] = one
            return True
        check(self.copies.get(one) == other and self.originals.get(other) == one,
              path + ": objects that were the same are not, or the other way round")
        return False

    def object(self, path, old, new):
        todo = collections.deque([(path, old, new)])
        while todo:
            path, old, new = todo.popleft()
            self.same(path, "kind", type(old), type(new))
            if not self.pair(path, old, new):
                continue
            self.kept.append(old)
            self.objects += 1
            if isinstance(old, h5g.GroupID):
                self.group(path, old, new, todo)
            elif isinstance(old, h5d.DatasetID):
                self.dataset(path, old, new)
            else:
                self.same(path, "type", describe(old), describe(new))
            self.attributes(path, old, new)

    # ---- groups and links

    def group(self, path, old, new, todo):
        properties, others = old.get_create_plist(), new.get_create_plist()
        self.same(path, "order of links", properties.get_link_creation_order(),
                  others.get_link_creation_order())
        tracked = properties.get_link_creation_order() & h5p.CRT_ORDER_TRACKED
        names = [n for n in links_of(old, tracked) if join(path, n) not in self.left_out]
        self.same(path, "links", names, links_of(new, tracked))
        for name in names:
            self.link(join(path, name), name, old, new, todo)

    def link(self, path, name, old, new, todo):
        one, other = old.links.get_info(name), new.links.get_info(name)
        followed = one.type == h5l.TYPE_EXTERNAL and not self.keep_external
        self.same(path, "kind of link", h5l.TYPE_HARD if followed else one.type, other.type)
        if not self.is_taken(old, name, other):
            self.same(path, "encoding of the name", one.cset, other.cset)
        if other.type == h5l.TYPE_HARD:
            todo.append((path, h5o.open(old, name), h5o.open(new, name)))
        else:
            target = old.links.get_val(name)
            self.same(path, "target", self.different.get(path, target), new.links.get_val(name))

    def is_taken(self, group, name, info):
        if info.type != h5l.TYPE_HARD:
            return False
        found = h5o.open(group, name)
        return isinstance(found, h5d.DatasetID) and is_stack(found)

    # ---- datasets

    def dataset(self, path, old, new):
        self.same_type(path, old.get_type(), new.get_type(), is_stack(old))
        self.same_space(path, old.get_space(), new.get_space())
        external = old.get_create_plist().get_external_count() > 0
        if not is_stack(old):
            self.storage(path, old, new, external)
        if is_stack(old) and self.first_frame:
            self.same(path, "first frame", h5py.Dataset(old)[0].tobytes(),
                      h5py.Dataset(new)[0].tobytes())
        elif all(filter_is_there(old)) and elements_of(old.get_space()) <= READ_MAX:
            self.value(path, old.get_type(), old, new,
                       lambda i: lambda t, memory: H5Dread(i.id, t, 0, 0, 0, memory))

    def storage(self, path, old, new, external):
        properties, others = old.get_create_plist(), new.get_create_plist()
        self.same(path, "layout", properties.get_layout(), others.get_layout())
        if not external:
            self.same(path, "allocation", properties.get_alloc_time(), others.get_alloc_time())
            if is_plain(old.get_type()):
                self.same(path, "bytes stored", old.get_storage_size(), new.get_storage_size())
        for what in ("get_fill_time", "fill_value_defined", "get_nfilters"):
            self.same(path, what, getattr(properties, what)(), getattr(others, what)())
        self.same(path, "outer files", others.get_external_count(), 0)
        for i in range(properties.get_nfilters()):
            self.same(path, "filter", properties.get_filter(i), others.get_filter(i))
        if properties.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED and \
                is_plain(old.get_type()):
            self.same(path, "fill value", fill_value(properties, old), fill_value(others, new))
        if properties.get_layout() == h5d.CHUNKED:
            self.same(path, "chunk", properties.get_chunk(), others.get_chunk())
            self.chunks(path, old, new)
        if properties.get_layout() == h5d.VIRTUAL:
            self.same(path, "parts", parts(properties), parts(others))

    def chunks(self, path, old, new):
        """Their bytes, as they are in the file."""
        self.same(path, "chunks", old.get_num_chunks(), new.get_num_chunks())
        if not is_plain(old.get_type()):
            return
        for i in range(old.get_num_chunks()):
            at = old.get_chunk_info(i).chunk_offset
            self.same(path, "raw chunk", old.read_direct_chunk(at), new.read_direct_chunk(at))

    # ---- types, spaces, values

    def same_type(self, path, old, new, taken=False):
        self.same(path, "type", describe(old), describe(new))
        if not taken:
            self.same(path, "type is committed", old.committed(), new.committed())
            if old.committed():
                self.kept.append(old)
                if self.pair(path + " (type)", old, new):
                    self.attributes(path + " (type)", old, new)

    def same_space(self, path, old, new):
        for what in ("get_simple_extent_type", "get_simple_extent_ndims"):
            self.same(path, what, getattr(old, what)(), getattr(new, what)())
        if old.get_simple_extent_type() == h5s.SIMPLE:
            for maximum in (0, 1):
                self.same(path, "shape", old.get_simple_extent_dims(maximum),
                          new.get_simple_extent_dims(maximum))

    def value(self, path, tid, old, new, reader):
        """`reader` gives the function that reads from either."""
        space = old.get_space()
        one = value_of(reader(old), tid, space, old.id)
        other = value_of(reader(new), new.get_type(), space, new.id)
        if tid.detect_class(h5t.REFERENCE):
            self.values.append((path, one, other))
        else:
            self.same(path, "value", one, other)

    def attributes(self, path, old, new):
        self.same(path, "order of attributes", attribute_order(old), attribute_order(new))
        tracked = attribute_order(old) & h5p.CRT_ORDER_TRACKED
        names = attributes_of(old, tracked)
        self.same(path, "attributes", names, attributes_of(new, tracked))
        for name in names:
            here = "%s@%s" % (path, name.decode(errors="replace"))
            one, other = h5a.open(old, name), h5a.open(new, name)
            self.same_type(here, one.get_type(), other.get_type())
            self.same_space(here, one.get_space(), other.get_space())
            self.value(here, one.get_type(), one, other,
                       lambda i: lambda t, memory: H5Aread(i.id, t, memory))

    def compare_references(self):
        for path, one, other in self.values:
            self.same(path, "references", self.translate(path, one), other)

    def translate(self, path, value):
        """A value of the input, with references as they are to be in the copy."""
        if isinstance(value, tuple) and value and value[0] == "object":
            if value[1] in self.copies:
                return ("object", self.copies[value[1]]) + value[2:]
            check(path in self.lost, path + ": a reference to what was not copied")
            return None
        if value == "nowhere":
            check(path in self.lost, path + ": a reference that leads nowhere")
            return None
        if isinstance(value, (tuple, list)):
            return type(value)(self.translate(path, v) for v in value)
        return value


def join(path, name):
    return path.rstrip("/") + "/" + name.decode(errors="replace")


def is_stack(dataset):
    """Whether tree_tool takes this dataset over."""
    return dataset.get_space().get_simple_extent_ndims() >= 3 and elements_of(dataset.get_space())


def filter_is_there(dataset):
    properties = dataset.get_create_plist()
    return [h5py.h5z.filter_avail(properties.get_filter(i)[0])
            for i in range(properties.get_nfilters())]


def fill_value(properties, dataset):
    value = np.zeros((), dataset.dtype)
    properties.get_fill_value(value)
    return value.tobytes()


def parts(properties):
    return [(properties.get_virtual_filename(i), properties.get_virtual_dsetname(i),
             properties.get_virtual_vspace(i).get_select_bounds(),
             properties.get_virtual_srcspace(i).get_select_npoints())
            for i in range(properties.get_virtual_count())]


def attribute_order(found):
    if not isinstance(found, h5t.TypeID):
        return found.get_create_plist().get_attr_creation_order()
    order = ctypes.c_uint()
    properties = H5Tget_create_plist(found.id)
    check(H5Pget_attr_creation_order(properties, ctypes.byref(order)) >= 0, "no properties")
    H5Pclose(properties)
    return order.value


def names_by(get_name, found, count, tracked):
    """In the order of creation, or else of names."""
    index = h5py.h5.INDEX_CRT_ORDER if tracked else h5py.h5.INDEX_NAME
    names = []
    for i in range(count):
        name = ctypes.create_string_buffer(ALL_SIZE)
        check(get_name(found.id, b".", index, 0, i, name, ALL_SIZE, 0) >= 0, "a lost name")
        names.append(name.value)
    return names


def links_of(group, tracked):
    return names_by(H5Lget_name_by_idx, group, group.get_num_objs(), tracked)


def attributes_of(found, tracked):
    return names_by(H5Aget_name_by_idx, found, h5a.get_num_attrs(found), tracked)
