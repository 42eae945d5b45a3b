// Bytes from text and back, in the encodings that mscorlib has.
using System;
using System.Text;

static class Encodings
{
    const string Text = "A\u00e9\u4e2d\ud83d\ude00z";

    static void Show(string name, Encoding encoding)
    {
        byte[] bytes = encoding.GetBytes(Text);
        Console.WriteLine("{0}: {1} back {2}", name, BitConverter.ToString(bytes),
                          encoding.GetString(bytes) == Text);
    }

    static void Main()
    {
        Show("utf-8", Encoding.UTF8);
        Show("utf-16", Encoding.Unicode);
        Show("utf-16be", Encoding.BigEndianUnicode);
        Show("utf-32", Encoding.UTF32);
        Show("utf-7", Encoding.UTF7);
        Show("ascii", Encoding.ASCII);
        Console.WriteLine("{0} {1}", Encoding.UTF8.GetByteCount(Text), Encoding.UTF8.GetMaxByteCount(10));
        Console.WriteLine(BitConverter.ToString(Encoding.UTF8.GetPreamble()));
        string bad = Encoding.UTF8.GetString(new byte[] { 0x41, 0xff, 0xc3, 0x28, 0xe4, 0xb8 });
        foreach (char c in bad)
            Console.Write("{0:x4} ", (int)c);
        Console.WriteLine();
        try {
            new UTF8Encoding(false, true).GetString(new byte[] { 0xc0, 0x80 });
        } catch (ArgumentException e) {
            Console.WriteLine(e.GetType().Name);
        }
        Decoder decoder = Encoding.UTF8.GetDecoder();
        var chars = new char[8];
        int count = decoder.GetChars(new byte[] { 0xe4, 0xb8 }, 0, 2, chars, 0);
        Console.Write("{0} ", count);
        count = decoder.GetChars(new byte[] { 0xad }, 0, 1, chars, 0);
        Console.WriteLine("{0} {1:x}", count, (int)chars[0]);
        Console.WriteLine(Convert.ToBase64String(Encoding.UTF8.GetBytes("any carnal pleas")));
        Console.WriteLine(Encoding.ASCII.GetString(Convert.FromBase64String("aGVsbG8=")));
        Console.WriteLine(Encoding.GetEncoding("iso-8859-1").GetBytes("\u00ff")[0]);
        Console.WriteLine("{0} {1}", char.IsSurrogatePair(Text, 3), char.ConvertToUtf32(Text, 3));
        Console.WriteLine("{0} {1} {2}", char.ToUpperInvariant('\u00e9') == '\u00c9',
                          char.GetUnicodeCategory('\u4e2d'), char.IsUpper('\u00c9'));
        Console.WriteLine("Stra\u00dfe".ToUpperInvariant().Length);
    }
}
