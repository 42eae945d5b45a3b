"""A heap walker for gdb: what lies in the collector's heap (loader/gc/heap.c).

    gdb -p PID -x tests/tools/heap-gdb.py        (or a core)
    (gdb) heap                  objects and bytes by type, the most bytes first
    (gdb) heap System.String    addresses of those whose type has that in its name
    (gdb) heap-at ADDRESS       the object around an address, its type and age
"""
import gdb

START, END, MARKS, BLOCK_FOR_C = 1, 2, 12, 16 | 32
GRANULE, BLOCK = 16, 1 << 16
FREE, SMALL, LARGE = 0, 1, 2


class Heap:
    def __init__(self):
        value = gdb.parse_and_eval
        self.base = int(value("(unsigned long)heap.base"))
        self.size = int(value("heap.size"))
        self.mark = int(value("heap.mark"))
        self.blocks = value("heap.blocks")
        inferior = gdb.selected_inferior()
        self.meta = bytes(inferior.read_memory(int(value("(unsigned long)gc_meta")), self.size // GRANULE))

    def end_of(self, granule):
        block = self.blocks[granule * GRANULE // BLOCK]
        if int(block["kind"]) == LARGE:
            return granule + int(block["n"]) * BLOCK // GRANULE
        while not self.meta[granule] & END:
            granule += 1
        return granule + 1

    def objects(self):
        """(address, size, meta) of each."""
        granule = 0
        while granule < len(self.meta):
            if self.meta[granule] & START:
                end = self.end_of(granule)
                yield self.base + granule * GRANULE, (end - granule) * GRANULE, self.meta[granule]
                granule = end
            else:
                granule += 1

    def around(self, address):
        granule = (address - self.base) // GRANULE
        if not 0 <= granule < len(self.meta):
            return None
        while granule and not self.meta[granule] & START:
            granule -= 1
        end = self.end_of(granule) if self.meta[granule] & START else granule
        start = self.base + granule * GRANULE
        inside = address < self.base + end * GRANULE
        return (start, (end - granule) * GRANULE, self.meta[granule]) if inside else None


def name_of(kind):
    names = [kind["name_space"].string(), kind["name"].string()]
    if names[1] or not int(kind["elem"]):
        return ".".join(name for name in names if name)
    return name_of(kind["elem"].dereference()) + "[]"


def type_name(address, meta):
    if meta & BLOCK_FOR_C:
        return "(block for C)"
    try:
        return name_of(gdb.parse_and_eval("((Object *)%d)->vtable->type" % address).dereference())
    except gdb.error:
        return "(no type)"


class HeapCommand(gdb.Command):
    """heap [PART OF A NAME]: objects by type, or those of one."""

    def __init__(self):
        super().__init__("heap", gdb.COMMAND_DATA)

    def invoke(self, argument, _tty):
        heap, sums = Heap(), {}
        for address, size, meta in heap.objects():
            name = type_name(address, meta)
            if argument:
                if argument in name:
                    print("0x%x %8d %s %s" % (address, size, "old  " if meta & heap.mark else "young", name))
                continue
            count, total = sums.get(name, (0, 0))
            sums[name] = (count + 1, total + size)
        for name, (count, total) in sorted(sums.items(), key=lambda row: -row[1][1]):
            print("%10d %12d %s" % (count, total, name))


class HeapAtCommand(gdb.Command):
    """heap-at ADDRESS: the object around it."""

    def __init__(self):
        super().__init__("heap-at", gdb.COMMAND_DATA)

    def invoke(self, argument, _tty):
        heap = Heap()
        found = heap.around(int(gdb.parse_and_eval(argument)))
        if not found:
            print("in no object")
            return
        address, size, meta = found
        print("0x%x, %d bytes, %s, %s" % (address, size, "old" if meta & heap.mark else "young or dead", type_name(address, meta)))


HeapCommand()
HeapAtCommand()
