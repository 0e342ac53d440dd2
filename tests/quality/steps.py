"""The steps of one row of the table, in its own folder: each is done once, in order."""
import json
import os
import shlex
import subprocess
import sys


class Failure(Exception):
    """An error and what to do about it; its text is printed."""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Steps:
    """Finished steps are listed in finished.json with what they depend on.

    A step is not repeated if it is listed with the same dependencies, and so is every step
    before it. The first that differs is run, and so are all after it.
    """

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.journal = os.path.join(self.folder, "finished.json")
        self.asked = 0
        os.makedirs(self.folder, exist_ok=True)
        self.finished = []
        if os.path.exists(self.journal):
            with open(self.journal, encoding="utf-8") as file:
                self.finished = json.load(file)

    def file(self, name):
        """A path in the folder."""
        return os.path.join(self.folder, name)

    def do(self, name, work, depends_on):
        """Calls work() unless the step is finished; depends_on is what JSON can hold."""
        step = {"step": name, "depends_on": depends_on}
        if self.finished[self.asked:self.asked + 1] != [step]:
            del self.finished[self.asked:]
            self._save()
            work()
            self.finished.append(step)
            self._save()
        self.asked += 1

    def command(self, name, command, depends_on=None):
        """Runs a command in the folder, unless the step is finished."""
        self.do(name, lambda: self.run(name, command), [command, depends_on])

    def run(self, name, command):
        """Run a command in the folder; its output goes to NAME.log there."""
        log = self.file(name + ".log")
        say("%s: %s" % (self.folder, shlex.join(command)))
        with open(log, "w", encoding="utf-8") as file:
            status = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=file,
                                    stderr=subprocess.STDOUT, check=False).returncode
        if status != 0:
            raise Failure("%s: %s ended with status %d (%s); its log is %s" %
                          (self.folder, os.path.basename(command[0]), status, last_line(log), log))

    def _save(self):
        with open(self.journal + ".partial", "w", encoding="utf-8") as file:
            json.dump(self.finished, file, indent=1)
        os.replace(self.journal + ".partial", self.journal)


def last_line(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    return lines[-1] if lines else "it said nothing"
