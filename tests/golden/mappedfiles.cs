// Memory-mapped files: sizes of views, modes, access rights and named memory.
using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Linq;

static class MappedFiles
{
    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1} {2}", name, e.GetType().Name, e.Message);
        }
    }

    static void Reset()
    {
        File.Delete("none");
        File.WriteAllBytes("mapped", Enumerable.Range(0, 10000).Select(i => (byte)i).ToArray());
    }

    static object View(long offset, long size)
    {
        using (var file = MemoryMappedFile.CreateFromFile("mapped"))
        using (var view = file.CreateViewAccessor(offset, size))
            return view.Capacity + " " + view.ReadByte(0);
    }

    static object Create(string path, FileMode mode, long capacity)
    {
        using (var file = MemoryMappedFile.CreateFromFile(path, mode, null, capacity))
        using (var view = file.CreateViewAccessor())
            return view.Capacity + " " + new FileInfo(path).Length;
    }

    static object Access(MemoryMappedFileAccess file, MemoryMappedFileAccess view)
    {
        using (var f = MemoryMappedFile.CreateFromFile("mapped", FileMode.Open, null, 0, file))
        using (var v = f.CreateViewAccessor(0, 0, view)) {
            if (v.CanWrite)
                v.Write(0, (byte)5);
            v.Flush();
            return v.CanRead + " " + v.CanWrite + " " + File.ReadAllBytes("mapped")[0];
        }
    }

    static object Shared()
    {
        using (var one = MemoryMappedFile.CreateNew("memory", 1000))
        using (var two = MemoryMappedFile.OpenExisting("memory"))
        using (var three = MemoryMappedFile.CreateOrOpen("memory", 5))
        using (var a = one.CreateViewAccessor())
        using (var b = two.CreateViewAccessor())
        using (var c = three.CreateViewStream(8, 8)) {
            a.Write(8, 1.5);
            return b.ReadDouble(8) + " " + new BinaryReader(c).ReadDouble() + " " + b.Capacity;
        }
    }

    static object Stream()
    {
        using (var stream = new FileStream("mapped", FileMode.Open, FileAccess.ReadWrite))
        using (var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite,
                                                          null, HandleInheritability.None, true))
        using (var view = file.CreateViewStream(10, 20)) {
            view.WriteByte(77);
            view.Flush();
            stream.Position = 10;
            return stream.ReadByte() + " " + view.Length + " " + view.Position;
        }
    }

    static void Main()
    {
        Reset();
        foreach (long offset in new long[] { 0, 100, 4096, 5000, 9999, 10000, 10001, -1 })
            foreach (long size in new long[] { 0, 1, 4096, 10000 })
                Show("view " + offset + " " + size, () => View(offset, size));
        foreach (FileMode mode in Enum.GetValues(typeof(FileMode)))
            foreach (long capacity in new long[] { 0, 100, 20000 }) {
                Reset();
                Show(mode + " " + capacity, () => Create("mapped", mode, capacity));
                Show(mode + " " + capacity + " none", () => Create("none", mode, capacity));
            }
        Reset();
        foreach (MemoryMappedFileAccess file in Enum.GetValues(typeof(MemoryMappedFileAccess)))
            foreach (MemoryMappedFileAccess view in Enum.GetValues(typeof(MemoryMappedFileAccess)))
                Show(file + " " + view, () => Access(file, view));
        Show("stream", Stream);
        Show("shared", Shared);
        Show("gone", () => MemoryMappedFile.OpenExisting("memory"));
        Show("empty", () => MemoryMappedFile.CreateNew("memory", 0));
        Show("directory", () => MemoryMappedFile.CreateFromFile("."));
        File.Delete("mapped");
        File.Delete("none");
    }
}
