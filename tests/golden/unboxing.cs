using System;
using System.Collections.Generic;

// What a box may be unboxed as: enums and integers of the same underlying type as each other,
// Nullable<T> from a box of exactly T (III.4.33; mono takes an enum for an int?).
enum A { One = 1 }
enum B { Two = 2 }
enum L : long { Three = 3 }
enum U : uint { Four = 4 }
struct S { public int X; public override string ToString() { return "S" + X; } }
struct G<T> { public T Value; public override string ToString() { return "G" + Value; } }

static class Program
{
    static string Try(Func<object> f)
    {
        try {
            object o = f();
            return o == null ? "null" : o.GetType().Name + " " + o;
        } catch (Exception e) {
            return e.GetType().Name;
        }
    }

    static T Unbox<T>(object o) { return (T)o; }
    static T? UnboxNullable<T>(object o) where T : struct { return (T?)o; }
    static bool Is<T>(object o) { return o is T; }
    static object Cast<T>(object o) where T : class { return (T)o; }

    static void Generic<T>(string name, object[] boxes) where T : struct
    {
        Console.Write(name + " shared:");
        foreach (object o in boxes)
            Console.Write(" " + Try(() => Unbox<T>(o)) + "/" + Try(() => UnboxNullable<T>(o)) + "/" +
                          Try(() => Unbox<T?>(o)) + "/" + Is<T>(o) + "/" + Is<T?>(o));
        Console.WriteLine();
    }

    static void Shared<T>(string name, object[] boxes)
    {
        Console.Write(name + " of T:");
        foreach (object o in boxes)
            Console.Write(" " + Try(() => Unbox<G<T>>(o)) + "/" + Try(() => Unbox<G<T>?>(o)) + "/" +
                          Is<G<T>>(o) + "/" + Is<G<T>?>(o));
        Console.WriteLine();
    }

    static void Plain(object o)
    {
        Console.WriteLine("int " + Try(() => (int)o) + " " + Try(() => (int?)o) + " " + (o is int) + " " + (o is int?));
        Console.WriteLine("uint " + Try(() => (uint)o) + " " + Try(() => (uint?)o) + " " + (o is uint) + " " + (o is uint?));
        Console.WriteLine("long " + Try(() => (long)o) + " " + Try(() => (long?)o) + " " + (o is long) + " " + (o is long?));
        Console.WriteLine("A " + Try(() => (A)o) + " " + Try(() => (A?)o) + " " + (o is A) + " " + (o is A?));
        Console.WriteLine("B " + Try(() => (B)o) + " " + Try(() => (B?)o) + " " + (o is B) + " " + (o is B?));
        Console.WriteLine("L " + Try(() => (L)o) + " " + Try(() => (L?)o) + " " + (o is L) + " " + (o is L?));
        Console.WriteLine("U " + Try(() => (U)o) + " " + Try(() => (U?)o) + " " + (o is U) + " " + (o is U?));
        Console.WriteLine("S " + Try(() => (S)o) + " " + Try(() => (S?)o) + " " + (o is S) + " " + (o is S?));
        Console.WriteLine("char " + Try(() => (char)o) + " " + Try(() => (char?)o) + " bool " + Try(() => (bool)o) + " " + Try(() => (bool?)o));
    }

    static void Main()
    {
        object[] boxes = {
            1, 2u, 3L, A.One, B.Two, L.Three, U.Four, (short)5, 'c', true, 6.5, (IntPtr)7, new S { X = 8 }, "text", null,
            (int?)9, (A?)A.One, new object(), new G<int> { Value = 1 }, new G<string> { Value = "s" }, new G<object> { Value = 2 },
        };
        foreach (object o in boxes)
            Plain(o);
        Generic<int>("int", boxes);
        Generic<uint>("uint", boxes);
        Generic<A>("A", boxes);
        Generic<B>("B", boxes);
        Generic<L>("L", boxes);
        Generic<S>("S", boxes);
        Generic<IntPtr>("IntPtr", boxes);
        Shared<int>("int", boxes);
        Shared<string>("string", boxes);
        Shared<object>("object", boxes);
        Console.WriteLine(Try(() => new List<A?> { A.One, null }[0]));
        var list = (System.Collections.IList)new List<A?>();
        Console.WriteLine(Try(() => { list.Add(A.One); list.Add(null); return list.Count; }));
        Console.WriteLine(Try(() => { list.Add(5); return list.Count; }));
        Array array = new A?[1];
        Console.WriteLine(Try(() => { array.SetValue(A.One, 0); return array.GetValue(0); }));
        Console.WriteLine(Try(() => { array.SetValue(B.Two, 0); return array.GetValue(0); }));
        Console.WriteLine(Try(() => { array.SetValue(null, 0); return array.GetValue(0); }));
    }
}
