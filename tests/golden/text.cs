// Strings and string builders: comparison, searching, splitting, interning, hashing, cultures.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

static class Texts
{
    static void Comparisons()
    {
        string[] pairs = { "a", "A", "abc", "abd", "", "a", "co-op", "coop", "Z", "a", "\u00e9", "f" };
        for (int i = 0; i < pairs.Length; i += 2) {
            string a = pairs[i], b = pairs[i + 1];
            Console.Write("{0}{1}{2} ", Math.Sign(string.CompareOrdinal(a, b)),
                          Math.Sign(string.Compare(a, b, StringComparison.InvariantCulture)),
                          Math.Sign(string.Compare(a, b, StringComparison.OrdinalIgnoreCase)));
        }
        Console.WriteLine();
        Console.WriteLine("{0} {1} {2}", "abc" == "ab" + "c".ToLowerInvariant(), ReferenceEquals("abc", string.Intern(new string(new[] { 'a', 'b', 'c' }))), (object)"x" == (object)"X".ToLowerInvariant());
    }

    static void Searching()
    {
        string s = "she sells sea shells";
        Console.WriteLine("{0} {1} {2} {3} {4}", s.IndexOf('s', 1), s.IndexOf("se", 5, StringComparison.Ordinal), s.LastIndexOf("sh", StringComparison.Ordinal), s.IndexOfAny(new[] { 'x', 'l' }), s.IndexOf("no", StringComparison.Ordinal));
        Console.WriteLine("{0} {1} {2}", s.EndsWith("shells", StringComparison.Ordinal), s.StartsWith("SHE", StringComparison.OrdinalIgnoreCase), s.Count(c => c == 's'));
        Console.WriteLine(string.Join("|", s.Split(new[] { "se", "sh" }, StringSplitOptions.RemoveEmptyEntries)));
        Console.WriteLine(string.Join("|", "a,,b;c".Split(new[] { ',', ';' }, 3)));
        Console.WriteLine("{0}|{1}|{2}", "--x--".Trim('-'), "--x--".TrimStart('-'), "--x--".TrimEnd('-'));
        Console.WriteLine(new string(s.Reverse().ToArray()));
    }

    static void Builders()
    {
        var builder = new StringBuilder();
        for (int i = 0; i < 300; i++)
            builder.Append(i).Append(i % 10 == 9 ? '\n' : ' ');
        Console.WriteLine("{0} {1}", builder.Length, builder.ToString().GetHashCode() == builder.ToString().GetHashCode());
        builder.Length = 20;
        builder.Insert(0, "[", 2).Append("]", 0, 1).Replace("1 2", "X").Append(1.5m).Append(true).Append('c', 3).Append((object)null);
        Console.WriteLine(builder);
        builder.Remove(2, 5)[0] = '(';
        Console.WriteLine("{0} {1} {2}", builder, builder.Equals(new StringBuilder("x")), builder.Capacity >= builder.Length);
        builder.Clear().AppendLine("line").AppendFormat("{0,5:X}|{1,-4}|", 255, "ab");
        Console.Write(builder.ToString());
        Console.WriteLine();
        var characters = new char[4];
        "abcdefgh".CopyTo(2, characters, 1, 3);
        Console.WriteLine("{0} {1}", (int)characters[0], new string(characters, 1, 3));
    }

    static void Formats()
    {
        Console.WriteLine("{0} {{literal}} {1:0.0} {0,4}|{0,-4}|", 7, 2.25);
        Console.WriteLine(string.Format("{2}{1}{0}", "a", "b", "c"));
        try {
            string.Format("{0} {1}", 1);
        } catch (FormatException e) {
            Console.WriteLine(e.Message);
        }
        int n = 5;
        Console.WriteLine($"{n} squared is {n * n:D4}");
        Console.WriteLine(CultureInfo.InvariantCulture.TextInfo.ToTitleCase("title case here"));
        Console.WriteLine("{0} {1}", "\u0130".ToLowerInvariant().Length, "I".ToLower(CultureInfo.InvariantCulture));
    }

    static void Words()
    {
        string text = "the cat and the dog and the bird";
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (string word in text.Split()) {
            int count;
            counts.TryGetValue(word, out count);
            counts[word] = count + 1;
        }
        Console.WriteLine(string.Join(" ", counts.Select(pair => pair.Key + ":" + pair.Value)));
    }

    static void Main()
    {
        Comparisons();
        Searching();
        Builders();
        Formats();
        Words();
    }
}
