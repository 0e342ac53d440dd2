"""Copying files object by object: the output of tree_tool equals its input.

Arguments: H5TOOLS_TREE MAKE_SERIES SHARED_DATA SCRATCH_FOLDER
"""
import ctypes
import os
import re
import resource
import shutil
import subprocess
import sys

import hosts as host
from hosts import check

if len(sys.argv) != 5:
    sys.exit(__doc__)
h5py, np = host.need_h5py()
from h5py import h5a, h5d, h5g, h5p, h5s, h5t, h5z  # noqa: E402

import compare_trees as compare  # noqa: E402

PROGRAM, MAKE_SERIES, SHARED, SCRATCH = (os.path.abspath(a) for a in sys.argv[1:5])
DONE, FINDING, BAD_INPUT = 0, 1, 3
MISSING_FILTER = 511
UTF8 = h5p.create(h5p.LINK_CREATE)
UTF8.set_char_encoding(h5t.CSET_UTF8)


class Copy:
    """The outcome of copying a file in the scratch folder (or elsewhere)."""

    def __init__(self, name, *options, out=None, status=DONE):
        self.old = os.path.join(SCRATCH, name)
        self.new = os.path.join(SCRATCH, out or "copy_of_" + os.path.basename(name))
        done = subprocess.run([PROGRAM, *options, self.old, self.new], capture_output=True,
                              check=False, timeout=250, cwd=SCRATCH)
        self.says = done.stderr.decode(errors="replace")
        self.prints = done.stdout.decode(errors="replace")
        check(done.returncode == status, "%s: exit status %d, not %d: %s" %
              (name, done.returncode, status, self.says[:2000]))
        check(status != DONE or not self.says, "%s: says %s" % (name, self.says))
        check("open identifiers: 0\n" in self.prints, "%s: %s" % (name, self.prints[-300:]))
        check(not re.search("[\0-\x09\x0b-\x1f]", self.says), "control characters in messages")

    def compare(self, **what):
        return "%d objects" % compare.Comparison(self.old, self.new, **what).objects

    def shows(self, *texts):
        for text in texts:
            check(text in self.says, "says no '%s', but '%s'" % (text, self.says))
        return self


def new(name, **more):
    return h5py.File(os.path.join(SCRATCH, name), "w", **more)


def h5diff(copy):
    """Another program that compares files; it follows links and knows no creation order."""
    if shutil.which("h5diff") is None:
        return ""
    text = host.output_of(["h5diff", "-v", copy.old, copy.new])
    check("0 differences found" in text and not re.search("[1-9][0-9]* differences", text),
          text[-2000:])
    return "; h5diff agrees"


# ---- groups and links ----------------------------------------------------------------------------


def groups_and_links():
    with new("links.h5", track_order=True) as file:
        for name in ("zebra", "ant", "mole"):
            file.create_group(name, track_order=name != "mole")
        for name in ("c", "a", "b"):
            file["zebra"].create_group(name, track_order=True)
            file["zebra"][name].attrs.update({"z": 1, "y": 2.5, "a": "text"})
            file["mole"][name] = file["zebra"][name]
        file["ant/number"] = 42
        file["ant/same"] = file["ant/number"]
        file["same number"] = file["ant/number"]
        file["ant/itself"] = file["ant"]
        file["ant/root"] = file["/"]
        file["mole/up"] = file["zebra"]
        file["zebra/down"] = file["mole"]
        file["one"] = h5py.SoftLink("/two")
        file["two"] = h5py.SoftLink("three")
        file["three"] = h5py.SoftLink("/ant/number")
        file["nowhere"] = h5py.SoftLink("/not/there")
        file["ant/loop"] = h5py.SoftLink("/ant/loop")
        file["schön"] = h5py.SoftLink("/größe")
        file["größe"] = [1, 2, 3]
        file.attrs["root"] = "of the tree"
        del file["mole/a"]
    copy = Copy("links.h5")
    return copy.compare() + h5diff(copy)


def comparison():
    """The comparison notices when a copy differs."""
    def altered(number, alter):
        copy = Copy("alter.h5")
        with h5py.File(copy.new, "r+") as file:
            alter(file)
        try:
            copy.compare()
        except host.Failure:
            return
        check(False, "change %d is not noticed" % number)

    with new("alter.h5", track_order=True) as file:
        add_targets(file)
        file.attrs["one"], file.attrs["two"] = 1, 2
        file["same"] = file["targets/number"]
        file["soft"] = h5py.SoftLink("/same")
        file.create_dataset("chunks", data=np.arange(100), chunks=(10,), compression="gzip")
        file["references"] = np.array([file["soft"].ref, file["chunks"].ref], h5py.ref_dtype)
        file["region"] = file["chunks"].regionref[3:5]
    Copy("alter.h5").compare()

    def renew(file, name, value):
        del file[name]
        file[name] = value

    changes = [lambda f: f.attrs.modify("one", 5), lambda f: f.attrs.create("one", 1, dtype="i2"),
               lambda f: f.attrs.__delitem__("two"), lambda f: f.attrs.create("three", 3),
               lambda f: f.__delitem__("soft"), lambda f: f.create_group("more"),
               lambda f: f.move("soft", "hard"),
               lambda f: renew(f, "soft", h5py.SoftLink("/samy")),
               lambda f: renew(f, "same", 1), lambda f: renew(f, "same", f["chunks"]),
               lambda f: f["chunks"].__setitem__(55, 5),
               lambda f: f["references"].__setitem__(0, f["chunks"].ref),
               lambda f: f["references"].__setitem__(0, h5py.Reference()),
               lambda f: f["region"].__setitem__((), f["chunks"].regionref[3:6]),
               lambda f: renew(f, "targets/type", np.dtype("i8"))]
    for number, change in enumerate(changes):
        altered(number, change)
    return "%d changes" % len(changes)


def thousands():
    """Links and attributes in dense storage, and back to compact."""
    with new("thousands.h5", libver="latest") as file:
        many = file.create_group("many", track_order=True)
        for i in range(1000):
            many.create_group("g%d" % (i * 7919 % 1000))
            many.attrs["a%d" % (i * 7919 % 1000)] = np.arange(i % 5, dtype="i2")
        plain = file.create_dataset("plain", data=1)
        for i in range(1000):
            plain.attrs["%d" % i] = i
        tracked = file.create_dataset("tracked", data=1, track_order=True)
        for i in range(1000):
            tracked.attrs["%d" % (i * 7919 % 1000)] = i
    with new("thousands_old.h5", libver=("earliest", "v108")) as file:
        file["plain"] = 1
        for i in range(1000):
            file.attrs["%d" % i] = i
            file["plain"].attrs["%d" % i] = i
    return Copy("thousands.h5").compare() + ", " + Copy("thousands_old.h5").compare()


def user_links():
    """User-defined links are left out, with a message."""
    register = compare.function("H5Lregister", ctypes.c_int, ctypes.c_void_p)
    create = compare.function("H5Lcreate_ud", ctypes.c_int, compare.ID, ctypes.c_char_p,
                              ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, compare.ID,
                              compare.ID)
    traverse = ctypes.CFUNCTYPE(compare.ID)(lambda: -1)

    class LinkClass(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("id", ctypes.c_int), ("comment", ctypes.c_char_p),
                    ("create", ctypes.c_void_p), ("move", ctypes.c_void_p),
                    ("copy", ctypes.c_void_p), ("traverse", ctypes.c_void_p),
                    ("delete", ctypes.c_void_p), ("query", ctypes.c_void_p)]

    kind = LinkClass(0, 187, b"of a test", None, None, None,
                     ctypes.cast(traverse, ctypes.c_void_p), None, None)
    with new("user.h5") as file:
        file["number"] = 1
        check(register(ctypes.byref(kind)) >= 0 and
              create(file.id.id, b"strange", 187, b"x", 1, 0, 0) >= 0, "no user-defined link")
    copy = Copy("user.h5", status=FINDING).shows("user.h5::/strange: a link of kind 187")
    return copy.compare(left_out=["/strange"])


def deep():
    """10000 nested groups do not exhaust the stack."""
    with new("deep.h5") as file:
        here = file.id
        for _ in range(10000):
            here = h5g.create(here, b"g")
        h5a.create(here, b"bottom", h5t.NATIVE_INT32, h5s.create(h5s.SCALAR))
    limit = resource.getrlimit(resource.RLIMIT_STACK)
    try:
        resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, limit[1]))
        copy = Copy("deep.h5")
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, limit)
    with h5py.File(copy.new, "r") as file:
        here, depth = file.id, 0
        while here.get_num_objs():
            here, depth = h5g.open(here, b"g"), depth + 1
        check(depth == 10000 and h5a.exists(here, b"bottom"), "the copy is %d deep" % depth)


def names():
    """Control characters in names are not printed raw; names of any bytes are copied."""
    with new("names.h5") as file:
        for name in (b"a\033[31mb", b"line\nbreak", b"\xff\xfe", b" ", b"..", "Å".encode()):
            group = h5g.create(file.id, name)
            h5a.create(group, name, h5t.NATIVE_INT32, h5s.create(h5s.SCALAR))
        file.id.links.create_external(b"x\033[31m", b"gone\033[2J.h5", b"/a\033")
    copy = Copy("names.h5", status=BAD_INPUT)
    copy.shows("names.h5::/x?[31m: the link to gone?[2J.h5::/a? cannot be followed")
    return copy.compare(left_out=["/x\033[31m"])


# ---- external links ------------------------------------------------------------------------------


def external_files():
    os.makedirs(os.path.join(SCRATCH, "below"), exist_ok=True)
    with new("below/data.h5", track_order=True) as file:
        entry = file.create_group("entry", track_order=True)
        entry["z"] = np.arange(10)
        entry["a"] = np.arange(24).reshape(2, 3, 4)
        entry["again"] = entry["a"]
        entry["absolute"] = h5py.SoftLink("/entry/z")
        entry["relative"] = h5py.SoftLink("sub/x")
        entry["inner dangling"] = h5py.SoftLink("/entry/none")
        entry["outside"] = h5py.SoftLink("/other/y")
        entry["sub/x"] = 1.5
        entry["sub"].attrs["reference"] = entry["z"].ref
        entry["sub"].attrs["lost"] = file.create_group("other").ref
        entry["sub/back"] = h5py.ExternalLink("../master.h5", "/entry")
        file["other/y"] = 2
        file["chain"] = h5py.ExternalLink("more.h5", "/q")
    with new("below/more.h5") as file:
        file["q"] = "end of the chain"
    with new("master.h5") as file:
        entry = file.create_group("entry")
        entry["first"] = h5py.ExternalLink("below/data.h5", "/entry")
        entry["same"] = h5py.ExternalLink("below/data.h5", "/entry")
        entry["part"] = h5py.ExternalLink("./below/data.h5", "/entry/z")
        entry["chained"] = h5py.ExternalLink("below/data.h5", "/chain")
        entry["own"] = h5py.ExternalLink("master.h5", "/entry/number")
        entry["through"] = h5py.ExternalLink("below/data.h5", "/entry/relative")
        entry["number"] = 7


def external_links():
    external_files()
    copy = Copy("master.h5", status=FINDING)
    copy.shows("master.h5::/entry/first/outside: a soft link to /other/y of the file ",
               "master.h5::/entry/first/sub: attribute lost: references that lead nowhere, or to "
               "what the output lacks: 1; they are null")
    check(copy.says.count("\n") == 2, copy.says)
    text = copy.compare(left_out=["/entry/first/outside"], lost=["/entry/first/sub@lost"],
                        different={"/entry/first/absolute": b"/entry/first/z",
                                   "/entry/first/inner dangling": b"/entry/first/none"})
    with h5py.File(copy.new, "r") as file:
        check(file["entry/first/absolute"][3] == 3, "a soft link inside does not lead on")
        check(file["entry/first/sub/back"] == file["entry"], "the cycle is not closed")
        check(file["entry/chained"][()] == b"end of the chain", "the chain is broken")
    return text


def external_links_kept():
    external_files()
    copy = Copy("master.h5", "--keep-external")
    return copy.compare(keep_external=True)


def dangling_external_links():
    with new("dangling.h5") as file:
        file["data_000001"] = h5py.ExternalLink("gone.h5", "/data")
        file["data_000002"] = h5py.ExternalLink("dangling.h5", "/none")
        file["data_000003"] = h5py.ExternalLink("below/data.h5", "/nothing")
        file["number"] = 1
    external_files()
    copy = Copy("dangling.h5", status=BAD_INPUT)
    copy.shows("dangling.h5::/data_000001: the link to gone.h5::/data cannot be followed (",
               "dangling.h5::/data_000002: the link to dangling.h5::/none cannot be followed (",
               "dangling.h5::/data_000003: the link to below/data.h5::/nothing cannot be followed")
    text = copy.compare(left_out=["/data_00000%d" % i for i in (1, 2, 3)])
    Copy("dangling.h5", "--keep-external").compare(keep_external=True)
    return text


def external_loops():
    """A links to B, and B to A: as groups, which is a cycle, and as links without a target."""
    with new("loop_a.h5") as a, new("loop_b.h5") as b:
        a["b"] = h5py.ExternalLink("loop_b.h5", "/")
        b["a"] = h5py.ExternalLink("loop_a.h5", "/")
        a["x"] = 1
        b["x"] = 2
    text = Copy("loop_a.h5").compare()
    with new("mirror_a.h5") as a, new("mirror_b.h5") as b:
        a["l"] = h5py.ExternalLink("mirror_b.h5", "/l")
        b["l"] = h5py.ExternalLink("mirror_a.h5", "/l")
    Copy("mirror_a.h5", status=BAD_INPUT).shows("/l: the link to mirror_b.h5::/l cannot be")
    return text


def link_into_output():
    with new("greedy.h5") as file:
        file["g"] = h5py.ExternalLink("copy_of_greedy.h5", "/")
    Copy("greedy.h5", status=BAD_INPUT).shows("greedy.h5::/g: ")


def many_external_files():
    """More linked files than may be open at a time."""
    os.makedirs(os.path.join(SCRATCH, "many"), exist_ok=True)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    with new("many.h5") as file:
        for i in range(100):
            name = "many/%d.h5" % i
            with new(name) as other:
                other["g/number"] = i
                other["g"].attrs["r"] = other["g/number"].ref
            file["%d" % i] = h5py.ExternalLink(name, "/g")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (30, limit[1]))
        copy = Copy("many.h5")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    return copy.compare()


# ---- datatypes and attributes --------------------------------------------------------------------


def all_types():
    """A type of each kind, by name."""
    string = h5t.C_S1.copy()
    string.set_size(h5t.VARIABLE)
    text = h5t.C_S1.copy()
    text.set_size(7)
    text.set_strpad(h5t.STR_SPACEPAD)
    utf8 = string.copy()
    utf8.set_cset(h5t.CSET_UTF8)
    opaque = h5t.create(h5t.OPAQUE, 5)
    opaque.set_tag(b"of a test")
    colours = h5t.enum_create(h5t.STD_I16BE)
    for i, name in enumerate((b"red", b"green", b"blue")):
        colours.enum_insert(name, i * 100)
    odd = h5t.STD_U32LE.copy()
    odd.set_precision(12)
    odd.set_offset(3)
    inner = h5t.create(h5t.COMPOUND, 24)
    inner.insert(b"reference", 0, h5t.STD_REF_OBJ)
    inner.insert(b"n", 17, h5t.STD_I32BE)
    outer = h5t.create(h5t.COMPOUND, 24 + 40 + 16 + 8 + 72)
    outer.insert(b"inner", 0, inner)
    outer.insert(b"list", 64, h5t.vlen_create(inner))
    outer.insert(b"array", 24, h5t.array_create(h5t.IEEE_F64LE, (5,)))
    outer.insert(b"string", 80, string)
    outer.insert(b"references", 88, h5t.array_create(inner, (3,)))
    return {"int": h5t.STD_I32LE, "big": h5t.STD_U64BE, "float": h5t.IEEE_F32BE, "odd": odd,
            "bits": h5t.STD_B16LE, "string": string, "utf8": utf8, "text": text,
            "opaque": opaque, "enum": colours, "array": h5t.array_create(h5t.STD_I8LE, (2, 3)),
            "list": h5t.vlen_create(h5t.STD_I16LE), "strings": h5t.vlen_create(string),
            "lists": h5t.vlen_create(h5t.vlen_create(h5t.IEEE_F64LE)),
            "reference": h5t.STD_REF_OBJ, "region": h5t.STD_REF_DSETREG,
            "references": h5t.vlen_create(h5t.STD_REF_OBJ), "inner": inner, "outer": outer}


H5Rcreate = compare.function("H5Rcreate", ctypes.c_int, ctypes.c_void_p, compare.ID,
                             ctypes.c_char_p, ctypes.c_int, compare.ID)


def reference(file, path, kind, region):
    """The bytes of a reference."""
    memory = ctypes.create_string_buffer(16)
    check(H5Rcreate(memory, file.id.id, path, kind, region) >= 0, "no reference")
    return memory.raw


class Memory:
    """Makes elements of any type in memory, with whatever values."""

    def __init__(self, file):
        self.alive = []
        self.count = 0
        self.objects = [reference(file, path, compare.OBJECT, -1) for path in
                        (b"/", b"/targets/number", b"/targets/group", b"/targets/type")]
        block, points, everything = (file["targets/numbers"].id.get_space() for _ in range(3))
        block.select_hyperslab((1, 2), (2, 3))
        points.select_elements([[0, 0], [3, 3], [2, 5]])
        self.regions = [reference(file, b"/targets/numbers", compare.REGION, space.id)
                        for space in (block, points, everything)]

    def put(self, tid, at):
        self.count += 1
        kind = tid.get_class()
        if kind == h5t.COMPOUND:
            for i in range(tid.get_nmembers()):
                self.put(tid.get_member_type(i), at + tid.get_member_offset(i))
        elif kind == h5t.ARRAY:
            base = tid.get_super()
            for i in range(tid.get_size() // base.get_size()):
                self.put(base, at + i * base.get_size())
        elif kind == h5t.VLEN:
            length = self.count % 4
            sequence = compare.Sequence.from_address(at)
            sequence.length = length
            sequence.elements = ctypes.addressof(self.elements(tid.get_super(), length))
        elif kind == h5t.STRING and tid.is_variable_str():
            text = ctypes.create_string_buffer(b"text %d" % self.count)
            self.alive.append(text)
            ctypes.c_void_p.from_address(at).value = ctypes.addressof(text)
        elif kind == h5t.REFERENCE:
            self.put_reference(tid, at)
        elif kind == h5t.ENUM:
            ctypes.memmove(at, (self.count % 3 * 100).to_bytes(2, "big"), 2)
        elif kind == h5t.FLOAT:
            ctypes.memmove(at, b"\x3f" + bytes([self.count % 256] * 6) + b"\x3f", tid.get_size())
        else:
            stored = bytes((self.count * 37 + i) % 256 for i in range(tid.get_size()))
            ctypes.memmove(at, stored, tid.get_size())

    def put_reference(self, tid, at):
        kinds = self.objects if tid.equal(h5t.STD_REF_OBJ) else self.regions
        which = self.count % (len(kinds) + 1)
        if which < len(kinds):
            ctypes.memmove(at, kinds[which], tid.get_size())

    def elements(self, tid, count):
        memory = (ctypes.c_char * max(1, count * tid.get_size()))()
        self.alive.append(memory)
        for i in range(count):
            self.put(tid, ctypes.addressof(memory) + i * tid.get_size())
        return memory


H5Awrite = compare.function("H5Awrite", ctypes.c_int, compare.ID, compare.ID, ctypes.c_void_p)
H5Dwrite = compare.function("H5Dwrite", ctypes.c_int, compare.ID, compare.ID, compare.ID,
                            compare.ID, compare.ID, ctypes.c_void_p)


def simple(*shape, maximum=None):
    return h5s.create_simple(shape, maximum) if shape else h5s.create(h5s.SCALAR)


def put_attribute(found, name, tid, space, memory):
    attribute = h5a.create(found, name.encode(), tid, space)
    count = compare.elements_of(space)
    if count:
        check(H5Awrite(attribute.id, tid.id, memory.elements(tid, count)) >= 0, name)


def put_dataset(group, name, tid, space, memory, properties=None):
    dataset = h5d.create(group, name.encode(), tid, space, properties)
    count = compare.elements_of(space)
    if count:
        check(H5Dwrite(dataset.id, tid.id, 0, 0, 0, memory.elements(tid, count)) >= 0, name)
    return dataset


def add_targets(file):
    file["targets/number"] = 1
    file["targets/numbers"] = np.arange(36).reshape(6, 6)
    file.create_group("targets/group")
    file["targets/type"] = np.dtype("i4")


SPACES = {"scalar": simple(), "null": h5s.create(h5s.NULL), "empty": simple(0), "one": simple(1),
          "vector": simple(9), "cube": simple(2, 3, 2), "none": simple(3, 0, 2)}


def attributes():
    """Each type with each shape, in groups, datasets, types and the root."""
    with new("attributes.h5", libver="latest") as file:
        add_targets(file)
        memory = Memory(file)
        file.create_group("group", track_order=True)
        file["set"] = 1
        for found in (file["/"], file["group"], file["set"], file["targets/type"]):
            for kind, tid in all_types().items():
                for shape, space in SPACES.items():
                    put_attribute(found.id, kind + " " + shape, tid, space, memory)
        file["group"].attrs["large"] = np.arange(200000)
        file.attrs["large"] = np.arange(200000)
        file["set"].attrs["large"] = ["text %d" % i for i in range(20000)]
        file["targets/type"].attrs["large"] = np.arange(100000.)
        file["group"].attrs["größe"] = 1
    return Copy("attributes.h5").compare()


def datasets_of_all_types():
    """Each type with each shape, in each layout."""
    layouts = {"contiguous": lambda p: None, "compact": lambda p: p.set_layout(h5d.COMPACT),
               "chunked": lambda p: p.set_chunk((4,)),
               "deflated": lambda p: (p.set_chunk((4,)), p.set_shuffle(), p.set_deflate(1))}
    with new("types.h5") as file:
        add_targets(file)
        memory = Memory(file)
        for layout, choose in layouts.items():
            group = file.create_group(layout)
            for kind, tid in all_types().items():
                for shape, space in SPACES.items():
                    chunked = layout in ("chunked", "deflated")
                    if shape == "cube" or (chunked and shape != "vector"):
                        continue
                    properties = h5p.create(h5p.DATASET_CREATE)
                    choose(properties)
                    put_dataset(group.id, kind + " " + shape, tid, space, memory, properties)
    return Copy("types.h5").compare()


def committed_types():
    with new("committed.h5", track_order=True) as file:
        add_targets(file)
        memory = Memory(file)
        early = file.create_group("early")
        types = file.create_group("types")
        for kind, tid in all_types().items():
            named = tid.copy()
            named.commit(types.id, kind.encode())
            put_dataset(early.id, "set " + kind, named, simple(3), memory)
            put_attribute(early.id, "attribute " + kind, named, simple(2), memory)
            put_attribute(named, "own", h5t.STD_I32LE, simple(), memory)
            # An equal type that is another object, and one that only this dataset knows.
            for suffix in (" twin", " nameless"):
                twin = tid.copy()
                twin.commit(types.id, (kind + suffix).encode())
                put_dataset(early.id, kind + suffix, twin, simple(2), memory)
            del types[kind + " nameless"]
        first = h5t.STD_I64LE.copy()
        first.commit(types.id, b"first")
        put_attribute(first, "of itself", first, simple(2), memory)
        previous = first
        for i in range(50):
            following = h5t.STD_I64LE.copy()
            following.commit(types.id, b"chain %d" % i)
            put_attribute(previous, "next", following, simple(), memory)
            previous = following
        early.attrs.create("deep", 1, dtype=h5py.Datatype(first))
        file["types/alias"] = file["types/enum"]
    copy = Copy("committed.h5")
    with h5py.File(copy.new, "r") as file:
        check(set(file) == {"targets", "early", "types"}, "something is left in the root group")
    return copy.compare()


# ---- references ----------------------------------------------------------------------------------


def references():
    with new("references.h5") as file:
        add_targets(file)
        memory = Memory(file)
        file["gone"] = 1
        gone = file["gone"].ref
        one = file["targets/number"].ref
        file.attrs["lost"] = gone
        file["lost"] = np.array([one, gone, one, gone], h5py.ref_dtype)
        for rank in range(1, 3):
            put_dataset(file.id, "ranks %d" % rank, h5t.STD_REF_OBJ, simple(*(5,) * rank), memory)
        huge = file.create_dataset("partly", (200000,), h5py.ref_dtype, chunks=(1000,))
        huge[5000:5010] = one
        file.create_dataset("never", (10,), h5py.ref_dtype)
        file.create_dataset("large", data=[one] * 30000, dtype=h5py.ref_dtype)
        del file["gone"]
    copy = Copy("references.h5", status=FINDING)
    copy.shows("references.h5::/: attribute lost: references that lead nowhere, or to what the "
               "output lacks: 1; they are null in the output",
               "references.h5::/lost: its data: references that lead nowhere")
    return copy.compare(lost=["/@lost", "/lost"])


def dimension_scales():
    with new("scales.h5") as file:
        data = file.create_dataset("late/data", data=np.ones((3, 4)))
        other = file.create_dataset("a", data=np.ones((4, 3)))
        for name, length in (("y", 3), ("x", 4), ("z", 3)):
            file["scales/" + name] = np.arange(length)
            file["scales/" + name].make_scale("name of " + name)
        data.dims[0].attach_scale(file["scales/y"])
        data.dims[0].attach_scale(file["scales/z"])
        data.dims[1].attach_scale(file["scales/x"])
        data.dims[0].label = "row"
        other.dims[0].attach_scale(file["scales/x"])
    copy = Copy("scales.h5")
    with h5py.File(copy.new, "r") as file:
        data = file["late/data"]
        check(data.dims[0].keys() == ["name of y", "name of z"], "the scales are lost")
        check(data.dims[1][0] == file["scales/x"] and data.dims[0].label == "row", "a wrong scale")
        back = file["scales/x"].attrs["REFERENCE_LIST"]
        check([file[r] for r, _ in back] == [data, file["a"]], "REFERENCE_LIST is wrong")
    return copy.compare() + h5diff(copy)


# ---- storage of datasets -------------------------------------------------------------------------


def storage():
    with new("storage.h5", libver="latest") as file:
        numbers = np.arange(400).reshape(20, 20)
        for name, maximum in (("fixed", None), ("one", (None, 20)), ("both", (None, None)),
                              ("limited", (40, 60))):
            file.create_dataset(name, data=numbers, maxshape=maximum, chunks=(7, 6))
        file.create_dataset("single", data=numbers, chunks=(20, 20), compression="gzip")
        file.create_dataset("filters", data=numbers, chunks=(8, 8), compression="gzip",
                            shuffle=True, fletcher32=True)
        file.create_dataset("offset", data=numbers, chunks=(8, 8), scaleoffset=0)
        file.create_dataset("unwritten", (100, 100), "f4", chunks=(10, 10), fillvalue=2.5)
        file.create_dataset("late", (100, 100), "f4", fillvalue=7)
        file["empty"] = h5py.Empty("f8")
        early = h5p.create(h5p.DATASET_CREATE)
        early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        early.set_fill_time(h5d.FILL_TIME_NEVER)
        h5d.create(file.id, b"early", h5t.STD_I32LE, simple(50), early)
    with new("storage_old.h5") as file:
        file.create_dataset("chunks", data=numbers, maxshape=(None, None), chunks=(7, 6))
        partly = file.create_dataset("partly", (1 << 30, 1000), "u2", chunks=(10, 1000))
        partly[1 << 29] = 5
    copy = Copy("storage_old.h5")
    check(os.path.getsize(copy.new) < 1 << 20, "chunks that were never written take room")
    text = copy.compare()
    copy = Copy("storage.h5")
    return copy.compare() + ", " + text


def missing_filter():
    """Chunks of a filter that is not installed are copied as they are."""
    with new("filter.h5") as file:
        for flag, name in ((h5z.FLAG_OPTIONAL, b"optional"), (h5z.FLAG_OPTIONAL, b"partly")):
            properties = h5p.create(h5p.DATASET_CREATE)
            properties.set_chunk((10, 10))
            properties.set_filter(MISSING_FILTER, flag, (3, 1, 4))
            dataset = h5d.create(file.id, name, h5t.STD_I32LE, simple(20, 20), properties)
            dataset.write_direct_chunk((0, 0), b"whatever this filter makes of it")
            dataset.write_direct_chunk((10, 10), b"\0" * 400, 1)
    return Copy("filter.h5").compare()


def unusual_chunks():
    """Edge chunks without filters; a filter that must be there, and is not."""
    set_options = compare.function("H5Pset_chunk_opts", ctypes.c_int, compare.ID, ctypes.c_uint)
    with new("unusual.h5", libver="latest") as file:
        properties = h5p.create(h5p.DATASET_CREATE)
        properties.set_chunk((8, 8))
        properties.set_deflate(9)
        check(set_options(properties.id, 2) >= 0, "no options of chunks")
        file.create_group("g")
        edges = h5d.create(file.id, b"edges", h5t.STD_I32LE, simple(20, 20), properties)
        edges.write(h5s.ALL, h5s.ALL, np.arange(400, dtype="i4").reshape(20, 20))
    stored = open(os.path.join(SCRATCH, "filter.h5"), "rb").read()
    # The flag of the filter's first use: optional becomes mandatory, which h5py cannot write.
    id_and_length = (MISSING_FILTER).to_bytes(2, "little") + b"\0\0"
    at = stored.find(id_and_length)
    check(at > 0 and stored[at + 4] == 1, "the filter is not where it was thought to be")
    with open(os.path.join(SCRATCH, "mandatory.h5"), "wb") as file:
        file.write(stored[:at + 4] + b"\0" + stored[at + 5:])
    copy = Copy("unusual.h5")
    return copy.compare() + h5diff(copy) + ", " + Copy("mandatory.h5").compare()


def outer_files():
    """Raw data in external files that are not HDF5 are copied."""
    with new("outer.h5") as file:
        bytes_ = np.arange(300000, dtype="<i4")
        bytes_[:100000].tofile(os.path.join(SCRATCH, "outer_1.raw"))
        bytes_[100000:].tofile(os.path.join(SCRATCH, "outer_2.raw"))
        properties = h5p.create(h5p.DATASET_CREATE)
        properties.set_external(b"outer_1.raw", 0, 400000)
        properties.set_external(b"outer_2.raw", 0, 800000)
        properties.set_fill_value(np.array(-3, "i4"))
        h5d.create(file.id, b"there", h5t.STD_I32LE, simple(1000, 300), properties)
        file["there alias"] = file["there"]
    os.chdir(SCRATCH)
    copy = Copy("outer.h5")
    text = copy.compare()
    with h5py.File(copy.new, "r") as file:
        check((file["there"][:].ravel() == bytes_).all(), "the data are wrong")
    with new("outer_gone.h5") as file:
        properties = h5p.create(h5p.DATASET_CREATE)
        properties.set_external(b"outer_3.raw", 0, 400)
        h5d.create(file.id, b"gone", h5t.STD_I32LE, simple(100), properties)
        file["number"] = 1
    Copy("outer_gone.h5", status=BAD_INPUT).shows("outer_gone.h5::/gone: it cannot be copied (") \
        .compare(left_out=["/gone"])
    return text


def virtual_datasets():
    layout = h5py.VirtualLayout((2, 6), "i4")
    for i in range(2):
        with new("part_%d.h5" % i) as file:
            file["data"] = np.arange(6, dtype="i4") + i
        layout[i] = h5py.VirtualSource("part_%d.h5" % i, "data", (6,))
    with new("virtual.h5") as file:
        file.create_virtual_dataset("v", layout, fillvalue=-1)
    copy = Copy("virtual.h5")
    text = copy.compare()
    os.makedirs(os.path.join(SCRATCH, "elsewhere"), exist_ok=True)
    Copy("virtual.h5", out="elsewhere/virtual.h5", status=FINDING).shows(
        "virtual.h5::/v: a virtual dataset", "in part_0.h5, beside the output")
    return text


def no_room():
    """The output cannot be written: one message, and the program ends."""
    files = {"large_contiguous.h5": {}, "large_chunks.h5": {"chunks": (5000,)},
             "large_strings.h5": {"dtype": h5py.string_dtype()}}
    for name, options in files.items():
        with new(name) as file:
            for i in range(50):
                data = ["text %d" % j for j in range(5000)] if "dtype" in options else \
                    np.arange(50000)
                file.create_dataset("%d" % i, data=data, **options)
                file["%d" % i].attrs["a"] = np.arange(1000)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    # Python ignores SIGXFSZ, and so does the program with restore_signals=False.
    for name in files:
        done = subprocess.run([PROGRAM, name, "no_room.h5"], capture_output=True, check=False,
                              timeout=100, preexec_fn=limit, restore_signals=False)
        says = done.stderr.decode(errors="replace")
        check(done.returncode == 4 and "cannot be written (" in says and
              says.count("\n") <= 3, "%s: exit status %d: %s" % (name, done.returncode,
                                                                 says[:1000]))


# ---- real files ----------------------------------------------------------------------------------


def series():
    texts = []
    for layout, name in (("nxmx", "series.h5"), ("eiger", "series_master.h5")):
        host.output_of([MAKE_SERIES, "--frames", "2", "--size", "300x200", "--layout", layout,
                        os.path.join(SCRATCH, name)])
        copy = Copy(name)
        check("taken over: /entry/data/data" in copy.prints, copy.prints)
        texts.append(copy.compare() + h5diff(copy))
    return "; ".join(texts)


def real_files():
    folders = [os.path.join(SHARED, "real", name) for name in
               sorted(os.listdir(os.path.join(SHARED, "real"))) if name.endswith(".h5")] \
        if os.path.isdir(SHARED) else []
    folders += [os.path.join(SHARED, "eiger4m", "main_master.h5"),
                os.path.join(SHARED, "rotation", "lyso_a.h5")]
    files = [path for path in folders if os.path.exists(path)]
    if not files or not h5py.h5z.filter_avail(32008):
        return "skipped: no data in %s, or no filter for them" % SHARED
    for path in files:
        copy = Copy(path, "--first-frame", out="copy.h5")
        check("taken over: " in copy.prints, path)
        copy.compare(first_frame=True)
        os.remove(copy.new)
    return "%d files" % len(files)


shutil.rmtree(SCRATCH, ignore_errors=True)
os.makedirs(SCRATCH)
os.chdir(SCRATCH)
host.main([comparison, groups_and_links, thousands, user_links, deep, names, external_links,
           external_links_kept, dangling_external_links, external_loops, link_into_output,
           many_external_files, attributes, datasets_of_all_types, committed_types, references,
           dimension_scales, storage, missing_filter, unusual_chunks, outer_files, virtual_datasets, no_room, series,
           real_files])
