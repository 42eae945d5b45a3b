// Inline arrays: sizes, references that the collector sees, copies, passing by value,
// nested and generic ones, those that may not be, and what compares them.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[InlineArray(5)] struct Bytes { public byte first; }
[InlineArray(4)] struct Ints { public int first; }
[InlineArray(2)] struct Doubles { public double first; }
[InlineArray(3)] struct Texts { public string first; }
[InlineArray(2)] struct Pairs { public Pair first; }
[InlineArray(2)] struct Nested { public Texts first; }
[InlineArray(3)] struct Of<T> { public T first; }
[InlineArray(100)] struct Large { public object first; }
[InlineArray(3), StructLayout(LayoutKind.Sequential, Size = 64)] struct Sized { public int first; }
[InlineArray(2)] struct Unlike { public int first; }
struct Spread { public string text; public Unlike numbers; }
struct Pair { public string text; public int number; }
struct Around { public byte before; public Bytes bytes; public byte after; }
class Holder { public string before = "before"; public Large large; public string after = "after"; }

static unsafe class Program
{
    static void Compare(object a, object b)
    {
        try { Console.WriteLine(a.Equals(b)); } catch (NotSupportedException e) { Console.WriteLine(e.Message); }
        try { Console.WriteLine(a.GetHashCode() == b.GetHashCode()); } catch (NotSupportedException e) { Console.WriteLine(e.Message); }
    }

    static Large statics;
    [ThreadStatic] static Texts own;

    static void Collect()
    {
        for (int i = 0; i < 20; i++)
            GC.KeepAlive(new string[1000]);
        GC.Collect();
    }

    static string Text(int i) => "text " + i;

    static void Fill(Large* large)
    {
        for (int i = 0; i < 100; i++)
            (&large->first)[i] = Text(i);
    }

    static int Sum(Large large)
    {
        int n = 0;
        object* at = &large.first;
        for (int i = 0; i < 100; i++)
            n += ((string)at[i]).Length;
        return n;
    }

    static Doubles Twice(Doubles d)
    {
        double* at = &d.first;
        at[0] *= 2;
        at[1] *= 2;
        return d;
    }

    static Ints Next(Ints a, int by)
    {
        int* at = &a.first;
        for (int i = 0; i < 4; i++)
            at[i] += by;
        return a;
    }

    static string Join<T>(Of<T> of, T a, T b, T c)
    {
        T* at = &of.first;
        at[0] = a;
        at[1] = b;
        at[2] = c;
        Of<T> copy = of;
        Of<T>[] many = new Of<T>[3];
        many[1] = copy;
        Collect();
        fixed (Of<T>* first = many)
        {
            at = &first[1].first;
            return at[0] + " " + at[1] + " " + at[2] + " " + sizeof(Of<T>);
        }
    }

    static void Bad()
    {
        Sized s = default;
        Console.WriteLine(sizeof(Sized) + s.first);
    }

    static void Main()
    {
        Console.WriteLine(sizeof(Bytes) + " " + sizeof(Ints) + " " + sizeof(Doubles) + " " + sizeof(Texts) +
                          " " + sizeof(Pairs) + " " + sizeof(Nested) + " " + sizeof(Around) + " " + sizeof(Large));
        fixed (Large* at = &statics)
            Fill(at);
        Holder holder = new Holder();
        fixed (Large* at = &holder.large)
            Fill(at);
        fixed (Texts* at = &own)
            (&at->first)[2] = Text(7);
        object boxed = statics;
        Collect();
        Console.WriteLine(Sum(statics) + " " + Sum(holder.large) + " " + Sum((Large)boxed) + " " + holder.before + " " +
                          holder.after);
        fixed (Texts* at = &own)
            Console.WriteLine((&at->first)[2]);

        Doubles d = default;
        (&d.first)[0] = 1.5;
        (&d.first)[1] = 2.25;
        d = Twice(Twice(d));
        Console.WriteLine((int)((&d.first)[0] * 100) + " " + (int)((&d.first)[1] * 100));
        Ints ints = Next(Next(default, 3), 4);
        Console.WriteLine((&ints.first)[0] + " " + (&ints.first)[3]);

        Nested nested = default;
        Texts* texts = &nested.first;
        for (int i = 0; i < 6; i++)
            (&texts[i / 3].first)[i % 3] = Text(i);
        Nested copy = nested;
        Collect();
        texts = &copy.first;
        Console.WriteLine((&texts[0].first)[0] + ", " + (&texts[1].first)[2]);

        Pairs pairs = default;
        (&pairs.first)[1].text = Text(9);
        (&pairs.first)[1].number = 9;
        Pairs other = pairs;
        Collect();
        Console.WriteLine((&other.first)[1].text + " " + (&other.first)[1].number + " " + ((&other.first)[0].text == null));

        Around around = default;
        around.after = 200;
        (&around.bytes.first)[4] = 100;
        Console.WriteLine(around.before + " " + (&around.bytes.first)[4] + " " + around.after);
        Console.WriteLine(Join(default(Of<int>), 1, 2, 3));
        Console.WriteLine(Join(default(Of<string>), Text(1), Text(2), Text(3)));
        Console.WriteLine(Join(default(Of<byte>), (byte)1, (byte)2, (byte)3));
        Compare(ints, ints);
        Compare(copy, copy);
        Compare(default(Unlike), default(Unlike));
        Compare(default(Spread), default(Spread));
        Compare(default(Spread), default(Spread));
        try { Bad(); } catch (Exception e) { Console.WriteLine(e.GetType().Name); }
    }
}
