# SPDX-License-Identifier: GPL-2.0-only
"""What there is to be tested: requirements by section, with their test."""

TESTS = []


class Test:
    def __init__(self, section, level, requirement, run):
        self.section, self.level = section, level
        self.requirement, self.run = requirement, run
        self.name = '%s: %s' % (full(section), requirement)


def full(section):
    """Sections are those of RFC 7401 unless they say otherwise."""
    return section if section.startswith('RFC') else 'RFC 7401 ' + section


def test(section, level, requirement):
    """To be put before a function that takes a Lab and raises Failure."""
    def add(function):
        TESTS.append(Test(section, level, requirement, function))
        return function
    return add
