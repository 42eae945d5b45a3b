// Regular expressions, from System.dll.
using System;
using System.Text.RegularExpressions;

static class Regexes
{
    static void Main()
    {
        Match m = Regex.Match("order 66 of 2005", @"(?<word>\w+) (\d+)");
        Console.WriteLine("{0} {1} {2} {3}", m.Success, m.Value, m.Groups["word"], m.Groups[1]);
        foreach (Match each in Regex.Matches("a1b22c333", @"[a-z](\d+)"))
            Console.Write("{0}@{1} ", each.Groups[1].Value, each.Index);
        Console.WriteLine();
        Console.WriteLine(Regex.Replace("one two  three", @"\s+", "-"));
        Console.WriteLine(Regex.Replace("john smith", @"\b(\w)(\w*)", x => x.Groups[1].Value.ToUpperInvariant() + x.Groups[2]));
        Console.WriteLine(Regex.Replace("2024-05-06", @"(\d+)-(\d+)-(\d+)", "$3.$2.$1"));
        Console.WriteLine(string.Join("|", Regex.Split("a, b;c ,d", @"\s*[,;]\s*")));
        Console.WriteLine("{0} {1} {2}", Regex.IsMatch("ABC", "^abc$", RegexOptions.IgnoreCase),
                          Regex.IsMatch("foo\nbar", "^bar$", RegexOptions.Multiline), Regex.IsMatch("aab", "^(a)\\1b$"));
        Console.WriteLine("{0} {1}", Regex.Match("<b>x</b><b>y</b>", "<b>.*?</b>").Value,
                          Regex.Match("foobar", "foo(?=bar)").Value);
        Console.WriteLine(Regex.Escape("1+1=2?"));
        var mail = new Regex(@"^[\w.+-]+@[\w-]+\.[\w.]+$");
        foreach (string s in new[] { "a.b@c.org", "a@b", "x+y@z.co.uk" })
            Console.Write("{0} ", mail.IsMatch(s));
        Console.WriteLine();
        try {
            new Regex("(");
        } catch (ArgumentException e) {
            Console.WriteLine(e.Message);
        }
    }
}
