using System;
using System.Reflection;

// Get and Set of arrays as methods: by reflection and through delegates, for vectors, jagged
// arrays and those of more dimensions, of values and of references. mono has no delegates of
// Set; Address is not invoked, as there.
struct Pair
{
    public int A;
    public long B;
    public string C;
    public override string ToString() { return A + "," + B + "," + C; }
}

enum Colour : byte { Red, Green = 200 }

static class Program
{
    static object Try(Func<object> f)
    {
        try {
            return f() ?? "null";
        } catch (TargetInvocationException e) {
            return "threw " + e.InnerException.GetType().Name;
        } catch (Exception e) {
            return e.GetType().Name;
        }
    }

    static object[] Indexes(Array array, int at)
    {
        var list = new object[array.Rank];
        for (int i = 0; i < list.Length; i++)
            list[i] = at;
        return list;
    }

    static object Get(Array array, int at)
    {
        return array.GetType().GetMethod("Get").Invoke(array, Indexes(array, at));
    }

    static object Set(Array array, int at, object value)
    {
        var list = new object[array.Rank + 1];
        Indexes(array, at).CopyTo(list, 0);
        list[array.Rank] = value;
        array.GetType().GetMethod("Set").Invoke(array, list);
        return "set";
    }

    static void All(Array array, object value, object wrong)
    {
        Console.Write(array.GetType() + ": " + Try(() => Get(array, 1)));
        Console.Write(" " + Try(() => Set(array, 1, value)) + " " + Try(() => Get(array, 1)));
        Console.Write(" " + Try(() => Set(array, 0, wrong)) + " " + Try(() => Set(array, 0, null)));
        Console.Write(" " + Try(() => Get(array, 2)) + " " + Try(() => Set(array, -1, value)));
        Console.WriteLine(" " + Try(() => array.GetType().GetMethod("Address").Invoke(array, Indexes(array, 0))));
    }

    static void Vector<T>(T[] array, T value)
    {
        var get = (Func<int, T>)Delegate.CreateDelegate(typeof(Func<int, T>), array, array.GetType().GetMethod("Get"));
        var set = (Action<int, T>)Delegate.CreateDelegate(typeof(Action<int, T>), array, array.GetType().GetMethod("Set"));
        set(1, value);
        Console.WriteLine("vector " + get(1) + " " + array[1] + " " + Try(() => get(5)) + " " +
                          Try(() => { set(-1, value); return null; }));
        var open = (Func<T[], int, T>)Delegate.CreateDelegate(typeof(Func<T[], int, T>), array.GetType().GetMethod("Get"));
        Console.WriteLine(open(array, 1) + " " + Try(() => open(null, 1)));
    }

    static void Matrix<T>(T[,] array, T value)
    {
        var get = (Func<int, int, T>)Delegate.CreateDelegate(typeof(Func<int, int, T>), array, array.GetType().GetMethod("Get"));
        var set = (Action<int, int, T>)Delegate.CreateDelegate(typeof(Action<int, int, T>), array, array.GetType().GetMethod("Set"));
        set(1, 0, value);
        Console.WriteLine("matrix " + get(1, 0) + " " + array[1, 0] + " " + Try(() => get(0, 5)) + " " +
                          Try(() => { set(-1, 0, value); return null; }));
    }

    static void Main()
    {
        All(new string[2], "text", 5);
        All(new object[2], 7, null);
        All(new int[2], 7, "no");
        All(new byte[2], (byte)200, 5L);
        All(new sbyte[2], (sbyte)-100, 5L);
        All(new[] { 'a', 'b' }, 'x', "x");
        All(new bool[2], true, 1);
        All(new short[2], (short)-7, 1.5);
        All(new long[2], 1L << 40, "no");
        All(new float[2], 1.5f, "no");
        All(new double[2], 2.5, "no");
        All(new decimal[2], 2.5m, "no");
        All(new Pair[2], new Pair { A = 1, B = 2, C = "c" }, 5);
        All(new Colour[2], Colour.Green, "no");
        All(new int?[2], 5, "no");
        All(new int[2][], new[] { 1 }, new[] { "a" });
        All(new string[2][,], new string[1, 1], "no");
        All(new string[2, 2], "text", 5);
        All(new int[2, 2, 2], 8, "no");
        All(new Pair[2, 2], new Pair { A = 1, B = 2, C = "c" }, 5);
        All(new long[2, 2, 2, 2], 8L, "no");
        All(new object[2, 2], 7, null);
        Vector(new[] { "a", "b" }, "c");
        Vector(new[] { 1, 2 }, -3);
        Vector(new sbyte[2], (sbyte)-3);
        Vector(new Pair[2], new Pair { A = 4, C = "d" });
        Vector(new int[2][], new[] { 5 });
        Vector(new double[2], 0.5);
        Vector(new int?[2], 3);
        Matrix(new string[2, 2], "m");
        Matrix(new int[2, 2], 4);
        Matrix(new Pair[2, 2], new Pair { A = 5 });
        object[] covariant = new string[2];
        Console.WriteLine(Try(() => Set(covariant, 0, new object())));
        Action<int, object> store = (Action<int, object>)Delegate.CreateDelegate(
            typeof(Action<int, object>), covariant, typeof(object[]).GetMethod("Set"));
        Console.WriteLine(Try(() => { store(0, new object()); return "stored"; }));
        Console.WriteLine(Try(() => { store(0, "text"); return covariant[0]; }));
        var made = (Array)typeof(int[,]).GetConstructor(new[] { typeof(int), typeof(int) }).Invoke(new object[] { 2, 3 });
        Console.WriteLine(made.GetLength(0) + " " + made.GetLength(1) + " " + made.GetType());
        made = (Array)typeof(int[]).GetConstructors()[0].Invoke(new object[] { 4 });
        Console.WriteLine(made.Length + " " + made.GetType());
    }
}
