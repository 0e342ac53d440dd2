#!/usr/bin/env python3
"""offences.py CC: every check of this folder fails on a tree with one deliberate offence, and passes
on the same tree without it."""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CLEAN = {
    "core/include/winnow.h": "#ifndef WINNOW_H\n#define WINNOW_H\n" + "\n" * 500 + "#endif\n",
    "core/common/bytes.h": "#ifndef WN_COMMON_BYTES_H\n#define WN_COMMON_BYTES_H\n\n#endif\n",
    "core/common/bytes.c": '/* Bytes. */\n#include "common/bytes.h"\n',
    "core/decode/decode.c": '/* Decoding. */\n#include "common/bytes.h"\n',
    "core/encode/encode.c": '/* Encoding. */\n#include "winnow.h"\n',
    "h5tools/main.c": '/* The tool. */\n#include "winnow.h"\n',
    "plugin/filter.c": '/* The filter. */\n#include "winnow.h"\n',
}
HEADER = "#ifndef {0}\n#define {0}\n\n{1}\n#endif\n"


def header(guard, body=""):
    return HEADER.format(guard, body)


# (check, what is wrong, files that are changed or added)
OFFENCES = [
    ("order.py", "an earlier folder includes from a later one",
     {"core/common/bytes.c": '/* Bytes. */\n#include "decode/decode.h"\n',
      "core/decode/decode.h": header("WN_DECODE_DECODE_H")}),
    ("order.py", "folders that stand side by side",
     {"core/decode/decode.c": '/* Decoding. */\n#include "encode/encode.h"\n',
      "core/encode/encode.h": header("WN_ENCODE_ENCODE_H")}),
    ("order.py", "the tool includes a private header of the core",
     {"h5tools/main.c": '/* The tool. */\n#include "common/bytes.h"\n'}),
    ("order.py", "the plugin includes a private header of the core",
     {"plugin/filter.c": '/* The filter. */\n#include "common/bytes.h"\n'}),
    ("order.py", "the core includes from the tool",
     {"core/encode/encode.c": '/* Encoding. */\n#include "base/text.h"\n',
      "h5tools/base/text.h": header("H5WINNOW_BASE_TEXT_H")}),
    ("order.py", "a folder without a place in the order",
     {"core/misc/things.c": "/* Things. */\n"}),
    ("order.py", "two units that include one another",
     {"core/common/one.h": header("WN_COMMON_ONE_H", '#include "common/two.h"\n'),
      "core/common/two.h": header("WN_COMMON_TWO_H", '#include "common/one.h"\n')}),
    ("length.py", "a file of 501 lines", {"core/common/bytes.c": "/* Bytes. */\n" + "\n" * 500}),
    ("names.py", "a tag that is defined twice",
     {"core/common/one.c": "/* One. */\nstruct place {\n    int x;\n};\n",
      "h5tools/two.c": "/* Two. */\nenum place {\n    HERE,\n};\n"}),
    ("names.py", "a guard that is not spelled from the path",
     {"core/common/bytes.h": header("BYTES_H")}),
    ("names.py", "a file without an opening comment",
     {"core/common/bytes.c": '#include "common/bytes.h"\n'}),
    ("names.py", "a comparison with NULL",
     {"core/common/bytes.c": "/* Bytes. */\nint f(void *p)\n{\n    return p == NULL;\n}\n"}),
]
# (check, what is compiled, its folder, whether it is an offence)
OBJECTS = [
    ("symbols.sh", "int wn_filter(void);\nint wn_filter(void) { return 1; }", "image", False),
    ("symbols.sh", "int filter(void);\nint filter(void) { return 1; }", "image", True),
    ("symbols.sh", "extern int wn_table;\nint wn_table = 1; extern int table;\nint table = 2;", "image",
     True),
    ("libm.py", "double wn_f(double x) { return __builtin_sqrt(x); }", "decode", False),
    ("libm.py", "double exp(double);\ndouble wn_f(double x) { return exp(x); }", "decode", True),
    ("libm.py", "double log2(double);\ndouble wn_f(double x) { return log2(x); }", "format", True),
]


def write(root, contents):
    for path, text in contents.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def fails(*command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 1


def sources():
    """Names of checks of source trees that did not do what they should."""
    for check in ("order.py", "length.py", "names.py"):
        with tempfile.TemporaryDirectory() as root:
            write(root, CLEAN)
            if fails(sys.executable, os.path.join(HERE, check), root):
                yield f"{check} fails on a clean tree"
    for check, wrong, changes in OFFENCES:
        with tempfile.TemporaryDirectory() as root:
            write(root, {**CLEAN, **changes})
            if not fails(sys.executable, os.path.join(HERE, check), root):
                yield f"{check} passes: {wrong}"


def objects(compiler):
    """The same for checks of what the compiler makes."""
    for check, code, folder, offence in OBJECTS:
        with tempfile.TemporaryDirectory() as root:
            write(root, {f"{folder}/part.c": code})
            result = os.path.join(root, folder, "part.o")
            subprocess.run([compiler, "-O1", "-fno-builtin", "-c", result[:-1] + "c", "-o", result],
                           check=True)
            if check == "symbols.sh":
                archive = os.path.join(root, "libpart.a")
                subprocess.run(["ar", "rcs", archive, result], check=True)
                result = archive
            interpreter = "sh" if check.endswith(".sh") else sys.executable
            if fails(interpreter, os.path.join(HERE, check), result) != offence:
                yield f"{check} {'passes' if offence else 'fails'}: {code!r}"


def main(compiler):
    wrong = [*sources(), *objects(compiler)]
    for line in wrong:
        print(line)
    print(f"{len(OFFENCES) + len(OBJECTS)} trees and objects, {len(wrong)} taken wrongly")
    sys.exit(1 if wrong else 0)


main(sys.argv[1])
