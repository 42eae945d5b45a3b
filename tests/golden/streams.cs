// Readers and writers over memory, compression of runs, checksums, serial numbers of bits.
using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;

static class Streams
{
    static byte[] Pack(byte[] data)
    {
        var packed = new MemoryStream();
        for (int i = 0; i < data.Length;) {
            int run = 1;
            while (i + run < data.Length && run < 255 && data[i + run] == data[i])
                run++;
            packed.WriteByte((byte)run);
            packed.WriteByte(data[i]);
            i += run;
        }
        return packed.ToArray();
    }

    static byte[] Unpack(byte[] packed)
    {
        var data = new List<byte>();
        for (int i = 0; i < packed.Length; i += 2)
            for (int k = 0; k < packed[i]; k++)
                data.Add(packed[i + 1]);
        return data.ToArray();
    }

    static uint Crc32(byte[] data)
    {
        uint crc = ~0u;
        foreach (byte b in data) {
            crc ^= b;
            for (int k = 0; k < 8; k++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
        }
        return ~crc;
    }

    static void Main()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 200; i++)
            text.Append((char)('a' + i % 26), i % 7 + 1);
        byte[] data = Encoding.ASCII.GetBytes(text.ToString());
        byte[] packed = Pack(data);
        Console.WriteLine("{0} {1} {2:x8}", data.Length, packed.Length, Crc32(data));
        Console.WriteLine(Crc32(Unpack(packed)) == Crc32(data));
        using (var reader = new StringReader("line one\r\nline two\n\nlast")) {
            string line;
            while ((line = reader.ReadLine()) != null)
                Console.Write("[{0}]", line);
        }
        Console.WriteLine();
        var writer = new StringWriter();
        writer.Write("{0}-{1}", 1, 2);
        writer.WriteLine(3.5);
        Console.Write(writer);
        var memory = new MemoryStream();
        using (var binary = new BinaryWriter(memory, Encoding.UTF8, true)) {
            binary.Write(true);
            binary.Write((short)-2);
            binary.Write(1.25f);
            binary.Write(12.5m);
            binary.Write("long text ".PadRight(200, '.'));
            binary.Write('\u00e9');
        }
        memory.Position = 0;
        using (var binary = new BinaryReader(memory)) {
            Console.Write("{0} {1} {2} {3} ", binary.ReadBoolean(), binary.ReadInt16(), binary.ReadSingle(), binary.ReadDecimal());
            Console.WriteLine("{0} {1}", binary.ReadString().Length, (int)binary.ReadChar());
            try {
                binary.ReadInt32();
            } catch (EndOfStreamException e) {
                Console.WriteLine(e.GetType().Name);
            }
        }
        using (SHA256 sha = new SHA256Managed())
            Console.WriteLine(BitConverter.ToString(sha.ComputeHash(data)).Replace("-", "").Substring(0, 32));
        var random = new Random(12345);
        Console.WriteLine("{0} {1} {2}", random.Next(100), random.Next(100), random.NextDouble().ToString("F8"));
    }
}
