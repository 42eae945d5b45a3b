// Prints what the library says: every line depends on something that its next build changes.
using System;
using System.Collections.Generic;
using System.Threading;

class Holder { public Small small = Small.B; public byte after = 1; public Small last; }
struct Own { public Sized sized; public int tail; }

static unsafe class Program
{
    static string Name(Plain p) { return p.Name(); }
    static string Both(Plain p) { return p.Both("s", 3, 0.5) + " " + p.Both(4, 5, 1.5); }
    static string Generic<T>(Plain p, T x) { return p.Both(x, 7, 2.5) + " " + p.Both(new List<T>(), 8, 3.5); }
    static long Large(Plain p) { Big b = p.Large(new Big { a = 1, b = 2, c = 3 }, "four"); return b.a * 100 + b.b * 10 + b.c; }
    static string Final(Middle m) { return m.Final(); }
    static string Show<T>(Box<T> b, T x) { return b.Show() + " " + b.Show(x) + " " + b.Show(1); }
    static int Number(Tiny t) { return t.Number() * 10; }
    static string Gain(Gains g) { return g.ToString() + " " + (g.GetHashCode() == 17) + " " + g.Equals(null); }
    static string Lose(Loses g) { return g.ToString(); }
    static string Pairs<T>(Pair<T> p) { return p.ToString(); }
    static string Text<T>(T x) { return x.ToString(); }
    static string Call<T>(T x) where T : INamed { return x.Named(); }
    static int Size() { return sizeof(Sized) + sizeof(Own); }
    static int PerThread()
    {
        int other = 0;
        Fields.perThread += 1;
        var t = new Thread(() => { other = Fields.perThread; });
        t.Start();
        t.Join();
        return other * 10 + Fields.number;
    }
    static int Smalls(Fields f) { f.small = Small.A; return f.after; }
    static int Held(Holder h) { h.small = Small.A; h.last = Small.B; return (int)h.small * 10 + (int)h.last; }
    static int SmallResult() { Small s = Fields.Get(); return (int)s; }
    static string Passed(int i) { return Fields.Describe((Small)i) + Fields.Describe(Small.B); }
    static int Values() { return Quiet.Value() + Quiet.field; }
    static int Make(int x) { var t = new Turns(x); return t.Get(); }
    static string Turned() { try { return Make(5).ToString(); } catch (Exception) { return "refused"; } }
    static string Moved(Moves m) { return m.Moved(); }
    static int Shifted(Moves m) { return m.shifted + m.own; }
    static string Disposes(object s) { var d = s as IDisposable; if (d == null) return "none"; d.Dispose(); return "some"; }
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
            Show("tiny", () => Number(Tiny.Make()));
            Show("gain", () => Gain(new Gains()));
            Show("lose", () => Lose(new Loses()));
            Show("pair", () => Pairs(new Pair<string>()) + " " + Pairs(new Pair<int>()));
            Show("text", () => Text(new Gains()) + " " + Text(new Loses()));
            Show("call", () => Call(new Gains()));
            Show("size", () => Size());
            Show("thread", () => PerThread());
            Show("small", () => Smalls(new Fields()));
            Show("held", () => Held(new Holder()));
            Show("result", () => SmallResult());
            Show("passed", () => Passed(1));
            Show("values", () => Values());
            Show("turned", () => Turned());
            Show("moved", () => Moved(new Moves()));
            Show("shifted", () => Shifted(new Moves()));
            Show("base", () => Disposes(new Sub()));
        }
    }
}
