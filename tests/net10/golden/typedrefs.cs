// Typed references, whose type the class library reads itself, and casts that go by the size of
// integers: of arrays and of pointers.
unsafe class Program
{
    struct Pair { public int A; public string B; }
    enum Small : byte { One = 1 }

    class Of<T>
    {
        public static string Say(T value)
        {
            TypedReference r = __makeref(value);
            return $"{__reftype(r)} {__reftype(r) == typeof(T)} {TypedReference.ToObject(r)} " +
                   $"{TypedReference.GetTargetType(r)} {__refvalue(r, T)}";
        }

        public static bool Is<U>(T value)
        {
            TypedReference r = __makeref(value);
            try
            {
                return __refvalue(r, U) is U;
            }
            catch (InvalidCastException)
            {
                return false;
            }
        }
    }

    static void Bump(TypedReference r)
    {
        if (__reftype(r) == typeof(int))
            __refvalue(r, int)++;
        else if (__reftype(r) == typeof(ulong[,]))
            __refvalue(r, ulong[,])[1, 1]--;
        else if (__reftype(r) == typeof(Array))
            __refvalue(r, Array).SetValue("set", 0);
        else if (__reftype(r) == typeof(Pair))
            __refvalue(r, Pair).B += "!";
        else
            Console.WriteLine($"other {__reftype(r).Name}");
    }

    static void References()
    {
        int i = 4;
        ulong[,] grid = new ulong[2, 2];
        Array strings = new string[1];
        var pair = new Pair { A = 1, B = "b" };
        int* address = &i;
        Small small = Small.One;
        Bump(__makeref(i));
        Bump(__makeref(grid));
        Bump(__makeref(strings));
        Bump(__makeref(pair));
        Bump(__makeref(address));
        Bump(__makeref(small));
        Console.WriteLine($"{i} {grid[1, 1]} {strings.GetValue(0)} {pair.B}");
        Console.WriteLine(Of<string>.Say("s") + "; " + Of<int?>.Say(5) + "; " + Of<Small>.Say(Small.One));
        Console.WriteLine(Of<List<string>>.Is<List<string>>(new()) + " " + Of<object>.Is<string>("s") + " " +
                          Of<int>.Is<uint>(1) + " " + Of<Pair>.Is<Pair>(pair));
        TypedReference none = default;
        Console.WriteLine(__reftype(none) == null);
        try
        {
            TypedReference.ToObject(none);
        }
        catch (ArgumentException e)
        {
            Console.WriteLine(e.GetType().Name);
        }
        Console.WriteLine(TypedReference.ToObject(__makeref(address)).GetType());
        typeof(Pair).GetField("A").SetValueDirect(__makeref(pair), 77);
        Console.WriteLine($"{pair.A} {typeof(Pair).GetField("B").GetValueDirect(__makeref(pair))}");
        TypedReference made = TypedReference.MakeTypedReference(new Holder(), [typeof(Holder).GetField("P"), typeof(Pair).GetField("A")]);
        Console.WriteLine($"{__reftype(made)} {__refvalue(made, int)}");
    }

    class Holder { public Pair P = new() { A = 9 }; }

    static void Casts()
    {
        object ints = new nint[] { -1 }, unsigned = new nuint[1], enums = new Small[1];
        Console.WriteLine($"{ints is long[]} {ints is nuint[]} {unsigned is nint[]} {unsigned is ulong[]} " +
                          $"{ints is IList<long>} {ints is IList<nuint>} {enums is byte[]} {enums is sbyte[]}");
        Console.WriteLine($"{new char[1] as object is ushort[]} {new bool[1] as object is byte[]} {new byte*[1] as object is sbyte*[]}");
        Type[] types = { typeof(byte*), typeof(sbyte*), typeof(Small*), typeof(void*), typeof(byte**), typeof(sbyte**),
                         typeof(nint*), typeof(long*), typeof(char*), typeof(ushort*), typeof(object), typeof(nuint) };
        foreach (Type to in types)
            Console.WriteLine(to + ": " + string.Join(", ", types.Where(to.IsAssignableFrom)));
    }

    static void Main()
    {
        References();
        Casts();
    }
}
