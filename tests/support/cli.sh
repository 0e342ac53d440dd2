#!/bin/sh
# Shared by the tests of h5winnow. To be sourced; $h5winnow is the program.
#
# Every check prints what is wrong and goes on; `finish` ends the script.
h5winnow=${h5winnow:?}
failures=0
count=0

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

# run ARGUMENT...: runs h5winnow and keeps its output and exit status.
run() {
    count=$((count + 1))
    command_line="h5winnow $*"
    "$h5winnow" "$@" >stdout 2>stderr
    status=$?
}

# gives STATUS: the exit status of the last run. Only failures may print on stderr.
gives() {
    [ "$status" = "$1" ] || fail "$command_line: exit status $status, not $1: $(cat stderr)"
    [ "$1" != 0 ] || [ ! -s stderr ] || fail "$command_line: says on stderr: $(cat stderr)"
    [ "$1" = 0 ] || [ -s stderr ] || fail "$command_line: exit status $status without a word"
}

# prints TEXT: all of the output of the last run.
prints() {
    printf '%s\n' "$1" | cmp -s - stdout ||
        fail "$command_line: prints '$(cat stdout)', not '$1'"
}

# shows TEXT...: each is a part of one line of the output.
shows() {
    for text in "$@"; do
        grep -aqF -- "$text" stdout || fail "$command_line: shows no '$text': $(cat stdout)"
    done
}

# hides TEXT...: none of them is in the output.
hides() {
    for text in "$@"; do
        ! grep -aqF -- "$text" stdout || fail "$command_line: shows '$text': $(cat stdout)"
    done
}

# says TEXT...: each is a part of one line of the messages.
says() {
    for text in "$@"; do
        grep -aqF -- "$text" stderr || fail "$command_line: does not say '$text': $(cat stderr)"
    done
}

finish() {
    echo "$count runs, $failures checks failed"
    [ "$failures" = 0 ]
    exit
}
