// A longer query program: words and numbers through LINQ, dictionaries and formatting.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

static class LinqHeavy
{
    static IEnumerable<string> Words(int count)
    {
        string[] syllables = { "ka", "to", "mi", "re", "su", "no", "ha", "li" };
        uint state = 42;
        for (int i = 0; i < count; i++) {
            var word = new StringBuilder();
            for (int k = 0; k < 3; k++) {
                state = state * 1103515245 + 12345;
                word.Append(syllables[(int)(state >> 16) % syllables.Length]);
            }
            yield return word.ToString();
        }
    }

    static void Main(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0]) : 2000;
        var counts = new Dictionary<string, int>();
        foreach (string word in Words(count)) {
            int n;
            counts.TryGetValue(word, out n);
            counts[word] = n + 1;
        }
        var top = counts.OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(5);
        foreach (var pair in top)
            Console.WriteLine("{0,-8} {1,5:N0}", pair.Key, pair.Value);
        var byFirst = from pair in counts
                      group pair by pair.Key.Substring(0, 2) into g
                      orderby g.Key
                      select new { g.Key, Sum = g.Sum(p => p.Value), Mean = g.Average(p => p.Value) };
        foreach (var row in byFirst)
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0} {1} {2:F3}", row.Key, row.Sum, row.Mean));
        double deviation = Math.Sqrt(counts.Values.Select(v => (double)v * v).Average());
        Console.WriteLine(deviation.ToString("F6", CultureInfo.InvariantCulture));
        Console.WriteLine(string.Join(",", counts.Keys.Where(k => k.Distinct().Count() == 6)
            .Select(k => k.ToUpperInvariant()).OrderBy(k => k, StringComparer.Ordinal).Take(4)));
    }
}
