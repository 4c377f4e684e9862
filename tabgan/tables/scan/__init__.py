"""Tables larger than memory: parts, read once in any order by any number of readers, with the same result."""
