// Writes, reads, lists and removes files in a directory of its own.
using System;
using System.IO;
using System.Text;

static class Files
{
    static void Text(string directory)
    {
        string path = Path.Combine(directory, "text.txt");
        File.WriteAllText(path, "first\nsecond\n");
        File.AppendAllText(path, "third \u00e9\u4e2d\n");
        Console.WriteLine(File.ReadAllText(path).Length);
        foreach (string line in File.ReadAllLines(path))
            Console.WriteLine("<{0}>", line.Length);
        using (var writer = new StreamWriter(path, false, new UTF8Encoding(false)))
            for (int i = 0; i < 1000; i++)
                writer.WriteLine("line {0}", i);
        int count = 0;
        long sum = 0;
        using (var reader = new StreamReader(path)) {
            string line;
            while ((line = reader.ReadLine()) != null) {
                count++;
                sum += int.Parse(line.Substring(5));
            }
        }
        Console.WriteLine("{0} lines, sum {1}, {2} bytes", count, sum, new FileInfo(path).Length);
    }

    static void Binary(string directory)
    {
        string path = Path.Combine(directory, "data.bin");
        using (var writer = new BinaryWriter(File.Create(path))) {
            writer.Write(42);
            writer.Write(2.5);
            writer.Write("text");
            writer.Write(long.MaxValue);
        }
        using (var reader = new BinaryReader(File.OpenRead(path)))
            Console.WriteLine("{0} {1} {2} {3}", reader.ReadInt32(), reader.ReadDouble(),
                              reader.ReadString(), reader.ReadInt64());
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite)) {
            stream.Seek(4, SeekOrigin.Begin);
            stream.WriteByte(0xff);
            stream.Position = 0;
            var buffer = new byte[8];
            int read = stream.Read(buffer, 0, buffer.Length);
            Console.WriteLine("{0} {1}", read, BitConverter.ToString(buffer));
        }
        var memory = new MemoryStream();
        memory.Write(new byte[] { 1, 2, 3 }, 0, 3);
        Console.WriteLine(memory.ToArray().Length);
    }

    static void Directories(string directory)
    {
        string sub = Path.Combine(directory, "sub");
        Directory.CreateDirectory(sub);
        File.Copy(Path.Combine(directory, "data.bin"), Path.Combine(sub, "copy.bin"));
        File.Move(Path.Combine(directory, "text.txt"), Path.Combine(sub, "moved.txt"));
        string[] files = Directory.GetFiles(directory, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
            Console.WriteLine(file.Substring(directory.Length + 1));
        Console.WriteLine("{0} {1} {2}", Path.GetExtension("a/b.tar.gz"), Path.GetFileName("a/b.c"),
                          Path.ChangeExtension("x.cs", ".exe"));
    }

    static void Missing(string directory)
    {
        try {
            File.ReadAllText(Path.Combine(directory, "no such file"));
        } catch (FileNotFoundException e) {
            Console.WriteLine("{0}: {1}", e.GetType().Name, Path.GetFileName(e.FileName));
        }
        try {
            File.OpenRead(Path.Combine(directory, "no/such/directory"));
        } catch (IOException e) {
            Console.WriteLine(e.GetType().Name);
        }
        Console.WriteLine("{0} {1}", File.Exists(directory), Directory.Exists(directory));
    }

    static void Main()
    {
        string directory = Path.Combine(Path.GetTempPath(), "files-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try {
            Text(directory);
            Binary(directory);
            Directories(directory);
            Missing(directory);
        } finally {
            Directory.Delete(directory, true);
        }
        Console.WriteLine(Directory.Exists(directory));
    }
}
