"""Checks that a Spark has all members of its classes that the jar refers to.

    python3 .ci/linkage.py JAR DIRECTORY

The directory has the jars of that Spark. One jar runs on several versions of it, and a member that
a version has not is an error only when a query comes to it.
"""

import re
import subprocess
import sys
from collections import defaultdict

REFERENCE = re.compile(r"= (?:Method|InterfaceMethod|Field)ref .*// (\S+)\.\"?([^\s:\"]+)\"?:(\S+)")
CLASS = re.compile(r"= Class .*// (org/apache/spark/[\w/$]+)$")
HEADER = re.compile(r"^(?:\w+ )*(?:class|interface) ([\w.$]+).*\{$")
MEMBER = re.compile(r"^  (?! ).*?([\w$]+)(?:\(.*)?(?: throws .*)?;$")
TYPE_ARGUMENTS = re.compile(r"<[^<>]*>")
QUALIFIED = re.compile(r"[\w$]+(?:\.[\w$]+)+")
DESCRIPTOR = re.compile(r"^    descriptor: (\S+)$")


def javap(*arguments: str) -> list[str]:
    """What javap prints; of classes that are not there, nothing."""
    return subprocess.run(
        ["javap", "-p", *arguments], check=False, capture_output=True, text=True
    ).stdout.splitlines()


def of_jar(jar: str) -> tuple[dict[str, set[tuple[str, str]]], set[str]]:
    """The members of each class of Spark, and the classes, that the classes of a jar refer to."""
    listed = subprocess.run(["jar", "tf", jar], check=True, capture_output=True, text=True).stdout
    names = [
        name.removesuffix(".class").replace("/", ".")
        for name in listed.splitlines()
        if name.startswith("io/sparkcumsum/") and name.endswith(".class")
    ]
    members: dict[str, set[tuple[str, str]]] = defaultdict(set)
    classes: set[str] = set()
    for line in javap("-v", "-cp", jar, *names):
        if (found := REFERENCE.search(line)) and found[1].startswith("org/apache/spark/"):
            members[found[1]].add((found[2], found[3]))
        elif found := CLASS.search(line):
            classes.add(found[1])
    return members, classes | members.keys()


def of_classes(
    path: str, names: set[str]
) -> tuple[dict[str, set[tuple[str, str]]], dict[str, set[str]]]:
    """The members of classes, their superclasses and interfaces, and what each of them extends."""
    members: dict[str, set[tuple[str, str]]] = {}
    parents: dict[str, set[str]] = {}
    asked: set[str] = set()
    while names:
        asked |= names
        known = member = ""
        for line in javap("-s", "-cp", path, *(name.replace("/", ".") for name in names)):
            if found := HEADER.match(line):
                known = found[1].replace(".", "/")
                members[known] = set()
                above = line.partition(found[1])[2]
                while (plain := TYPE_ARGUMENTS.sub("", above)) != above:
                    above = plain
                parents[known] = {name.replace(".", "/") for name in QUALIFIED.findall(above)}
            elif found := DESCRIPTOR.match(line):
                members[known].add((member, found[1]))
                member = ""
            elif found := MEMBER.match(line):
                is_constructor = "(" in line and known.endswith("/" + found[1])
                member = "<init>" if is_constructor else found[1]
        names = set().union(*parents.values()) - asked
    return members, parents


def main() -> None:
    """Prints what is missing, and exits with 1 if something is."""
    jar, directory = sys.argv[1:]
    path = f"{directory}/*"
    used, classes = of_jar(jar)
    if not used:
        sys.exit(f".ci/linkage.py: javap tells nothing of {jar}")
    members, parents = of_classes(path, classes)

    def has(owner: str, member: tuple[str, str]) -> bool:
        return member in members.get(owner, set()) or any(
            has(parent, member)
            for parent in parents.get(owner, set()) | {"java/lang/Object"} - {owner}
        )

    missing = sorted(classes - members.keys())
    missing += sorted(
        f"{owner}.{name}{descriptor}"
        for owner, of in used.items()
        if owner in members
        for name, descriptor in of
        if not has(owner, (name, descriptor))
    )
    for name in missing:
        print(f".ci/linkage.py: not in {directory}: {name}")
    count = sum(len(of) for of in used.values())
    print(f".ci/linkage.py: {count} members of {len(classes)} classes, {len(missing)} missing")
    sys.exit(bool(missing))


main()
