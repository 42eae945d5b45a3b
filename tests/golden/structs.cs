// Value types: copies, ref and out, boxing, nullable, fields in fields, large returns.
using System;

static class Structs
{
    struct Small { public byte A; public short B; }
    struct Words { public long A; public double B; }
    struct Mixed { public float A; public int B; public float C; }
    struct Large { public long A, B, C; public string Text; }
    struct Nested { public Small S; public Words W; public int Tail; }

    interface ICounter { int Next(); }

    struct Counter : ICounter
    {
        int value;

        public int Next()
        {
            return ++value;
        }

        public override string ToString()
        {
            return "counter " + value;
        }
    }

    struct Vector
    {
        public readonly double X, Y;

        public Vector(double x, double y)
        {
            X = x;
            Y = y;
        }

        public static Vector operator +(Vector a, Vector b)
        {
            return new Vector(a.X + b.X, a.Y + b.Y);
        }

        public static Vector operator *(double k, Vector v)
        {
            return new Vector(k * v.X, k * v.Y);
        }

        public static explicit operator double(Vector v)
        {
            return Math.Sqrt(v.X * v.X + v.Y * v.Y);
        }
    }

    class Holder
    {
        public Nested Field;
        public static Large Static;
    }

    static Small Change(Small s)
    {
        s.A++;
        s.B--;
        return s;
    }

    static Words MakeWords(long a, double b)
    {
        return new Words { A = a, B = b };
    }

    static Mixed MakeMixed(Mixed m, float add)
    {
        return new Mixed { A = m.A + add, B = m.B * 2, C = m.C - add };
    }

    static Large MakeLarge(int a, Words w, Small s, Large other)
    {
        return new Large { A = a + w.A, B = s.A + s.B, C = other.C + 1, Text = other.Text + w.B };
    }

    static void ByReference(ref Words w, out Large large)
    {
        w.A *= 2;
        large = new Large { A = w.A, Text = "out" };
    }

    static T Identity<T>(T value)
    {
        return value;
    }

    static int Advance<T>(ref T counter) where T : ICounter
    {
        return counter.Next() + counter.Next();
    }

    static int? Half(int? n)
    {
        return n % 2 == 0 ? n / 2 : null;
    }

    static void Main()
    {
        var small = new Small { A = 255, B = short.MinValue };
        Small changed = Change(small);
        Console.WriteLine("{0} {1} {2} {3}", small.A, small.B, changed.A, changed.B);
        Words words = MakeWords(-5, 2.5);
        Mixed mixed = MakeMixed(new Mixed { A = 1, B = 2, C = 3 }, 0.5f);
        Large large = MakeLarge(10, words, small, new Large { C = 41, Text = "t" });
        Console.WriteLine("{0} {1} / {2} {3} {4} / {5} {6} {7} {8}", words.A, words.B, mixed.A, mixed.B, mixed.C, large.A,
                          large.B, large.C, large.Text);
        ByReference(ref words, out large);
        Console.WriteLine("{0} {1} {2}", words.A, large.A, large.Text);
        var holder = new Holder();
        holder.Field.S.A = 3;
        holder.Field.W = Identity(words);
        Nested copy = holder.Field;
        copy.W.A = 99;
        Holder.Static = large;
        Holder.Static.B = 7;
        Console.WriteLine("{0} {1} {2} {3}", holder.Field.W.A, copy.W.A, Holder.Static.B, large.B);
        var array = new Nested[3];
        array[1].W.B = 1.5;
        ref_Increment(ref array[1].Tail);
        Console.WriteLine("{0} {1}", array[1].W.B, array[1].Tail);
        var counter = new Counter();
        ICounter boxed = counter;
        boxed.Next();
        boxed.Next();
        Console.WriteLine("{0} {1} {2} {3}", counter, boxed, Advance(ref counter), counter);
        object box = counter;
        var unboxed = (Counter)box;
        unboxed.Next();
        Console.WriteLine("{0} {1}", box, unboxed);
        Vector v = new Vector(1, 2) + 2 * new Vector(1, 1);
        Console.WriteLine("{0} {1} {2}", v.X, v.Y, (double)v);
        Console.WriteLine("{0} {1} {2} [{3}]", Half(8), Half(8).Value, Half(7).HasValue, Half(null));
        object none = Half(7), four = Half(8);
        Console.WriteLine("{0} {1} {2}", none == null, four.GetType(), (int?)four + 1);
        Console.WriteLine("{0} {1}", new Words { A = 1 }.Equals(new Words { A = 1 }), new Large { Text = "a" }.Equals(new Large { Text = "b" }));
        try {
            Console.WriteLine(Half(3).Value);
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.Message);
        }
        var tuple = Tuple.Create(1, "two", 3.0);
        Console.WriteLine("{0} {1}", tuple, tuple.Equals(Tuple.Create(1, "two", 3.0)));
        var value = (Count: 2, Name: "value");
        Console.WriteLine("{0} {1}", value, value.Name);
    }

    static void ref_Increment(ref int n)
    {
        n++;
    }
}
