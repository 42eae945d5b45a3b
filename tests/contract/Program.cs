// Prints what the library says: every line depends on something that its next build changes.
using System;
using System.Collections.Generic;

static class Program
{
    static string Name(Plain p) { return p.Name(); }
    static string Both(Plain p) { return p.Both("s", 3, 0.5) + " " + p.Both(4, 5, 1.5); }
    static string Generic<T>(Plain p, T x) { return p.Both(x, 7, 2.5) + " " + p.Both(new List<T>(), 8, 3.5); }
    static long Large(Plain p) { Big b = p.Large(new Big { a = 1, b = 2, c = 3 }, "four"); return b.a * 100 + b.b * 10 + b.c; }
    static string Final(Middle m) { return m.Final(); }
    static string Show<T>(Box<T> b, T x) { return b.Show() + " " + b.Show(x) + " " + b.Show(1); }
    static void Show(string what, Func<object> f)
    {
        try { Console.WriteLine("{0}: {1}", what, f()); }
        catch (Exception e) { Console.WriteLine("{0}: {1}", what, e.GetType()); }
    }

    static void Main()
    {
        for (int i = 0; i < 2; i++) {
            Show("name", () => Name(Plain.Make()));
            Show("both", () => Both(Plain.Make()));
            Show("generic", () => Generic(Plain.Make(), "x") + " " + Generic(Plain.Make(), 6));
            Show("large", () => Large(Plain.Make()));
            Show("final", () => Final(Middle.Make()));
            Show("box", () => Show(Box<string>.Make(), "x") + " " + Show(Box<int>.Make(), 6));
            Show("null", () => Name(null));
        }
    }
}
