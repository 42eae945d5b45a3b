// Queries over sequences: lazy, grouped, joined, ordered.
using System;
using System.Collections.Generic;
using System.Linq;

class Book
{
    public string Title, Author;
    public int Year;
    public double Price;
}

static class Linq
{
    static readonly Book[] Books = {
        new Book { Title = "Ulysses", Author = "Joyce", Year = 1922, Price = 14.5 },
        new Book { Title = "Emma", Author = "Austen", Year = 1815, Price = 9.25 },
        new Book { Title = "Persuasion", Author = "Austen", Year = 1817, Price = 8.75 },
        new Book { Title = "Dubliners", Author = "Joyce", Year = 1914, Price = 11 },
        new Book { Title = "Middlemarch", Author = "Eliot", Year = 1871, Price = 12.5 },
    };

    static IEnumerable<int> Naturals()
    {
        for (int i = 1;; i++)
            yield return i;
    }

    static void Print<T>(string title, IEnumerable<T> items)
    {
        Console.WriteLine("{0}: {1}", title, string.Join(", ", items));
    }

    static void Simple()
    {
        Print("squares of even", Naturals().Where(n => n % 2 == 0).Select(n => n * n).Take(5));
        Print("skip while", Naturals().SkipWhile(n => n < 10).TakeWhile(n => n < 15));
        Print("pairs", from a in Enumerable.Range(1, 3) from b in Enumerable.Range(a, 3)
                       where (a + b) % 2 == 1 select a * 10 + b);
        Print("zip", new[] { "a", "b", "c" }.Zip(Naturals(), (s, n) => s + n));
        Print("distinct", new[] { 3, 1, 3, 2, 1 }.Distinct());
        Print("set", new[] { 1, 2, 3 }.Union(new[] { 3, 4 }).Except(new[] { 1 }));
        Print("reversed", "linq".Reverse());
    }

    static void Numbers()
    {
        int[] numbers = Enumerable.Range(1, 20).Select(n => n * 37 % 23).ToArray();
        Console.WriteLine("{0} {1} {2} {3}", numbers.Sum(), numbers.Min(), numbers.Max(),
                          numbers.Average().ToString("F2"));
        Console.WriteLine(numbers.Aggregate("", (text, n) => text + (char)('a' + n)));
        Console.WriteLine("{0} {1} {2}", numbers.Any(n => n > 22), numbers.All(n => n >= 0),
                          numbers.Count(n => n % 3 == 0));
        Console.WriteLine("{0} {1}", numbers.First(n => n > 15), numbers.LastOrDefault(n => n > 99));
    }

    static void Objects()
    {
        Print("by year", Books.OrderBy(b => b.Year).Select(b => b.Title));
        Print("by author, newest first", Books.OrderBy(b => b.Author, StringComparer.Ordinal)
            .ThenByDescending(b => b.Year).Select(b => b.Author + " " + b.Year));
        var groups = from b in Books
                     group b by b.Author into g
                     orderby g.Key
                     select new { Author = g.Key, Count = g.Count(), Total = g.Sum(b => b.Price) };
        foreach (var group in groups)
            Console.WriteLine(group);
        var places = new[] { new { Name = "Joyce", Place = "Dublin" },
                             new { Name = "Austen", Place = "Steventon" } };
        var joined = from b in Books
                     join p in places on b.Author equals p.Name
                     select b.Title + " from " + p.Place;
        Print("joined", joined);
        ILookup<int, string> centuries = Books.ToLookup(b => b.Year / 100 + 1, b => b.Title);
        foreach (var century in centuries.OrderBy(c => c.Key))
            Print("century " + century.Key, century);
        Dictionary<string, double> prices = Books.ToDictionary(b => b.Title, b => b.Price);
        Console.WriteLine(prices["Emma"]);
    }

    static void Lazy()
    {
        int calls = 0;
        IEnumerable<int> query = Enumerable.Range(0, 100).Where(n => { calls++; return n > 3; });
        Console.WriteLine("{0} calls before", calls);
        Console.WriteLine("{0} after {1} calls", query.First(), calls);
        try {
            Enumerable.Empty<int>().Single();
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.Message);
        }
    }

    static void Main()
    {
        Simple();
        Numbers();
        Objects();
        Lazy();
    }
}
