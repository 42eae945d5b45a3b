// How instances of structures are laid out: automatic ones, ones that hold references, and those made of them.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

struct Three { public byte A, B, C; }
enum Short : short { Zero }
[StructLayout(LayoutKind.Auto)] struct Auto<T> { public byte X; public T V; public short Y; }
struct Holder<T> { public byte X; public string S; public T V; }
struct Plain<T> { public byte A; public T B; public byte C; }
[StructLayout(LayoutKind.Auto)] struct Mixed { public byte A; public int B; public byte C; public long D; public short E; }
[StructLayout(LayoutKind.Auto)] struct One { public byte A; }
[StructLayout(LayoutKind.Auto)] struct Nothing { }
[StructLayout(LayoutKind.Auto)] struct Inner { public Three A; public byte B; public One C; public short D; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct Packed { public byte A; public int B; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct PackedText { public byte A; public string S; public int B; public Three C; }
struct Refs { public byte A; public Three B; public string C; public int D; public (byte, byte) E; }
struct Nested { public Refs A; public byte B; }
struct Wide { public decimal D; public string S; public bool F; }
[InlineArray(3)] struct Row { Three first; }
[InlineArray(3)] struct Texts { Nested first; }
class Instance
{
    byte a = 1; (byte, byte, byte) b = (2, 3, 4); Three c; long d = 5; (int, int, int) e = (6, 7, 8);
    public override string ToString() => $"{a} {b} {c.A} {d} {e}";
}

static unsafe class Prog
{
    delegate long[] Places<T>(ref T value);

    static void Size<T>() => Console.WriteLine($"{typeof(T)} {Unsafe.SizeOf<T>()} {Unsafe.SizeOf<Auto<T>>()} " +
        $"{Unsafe.SizeOf<(byte, T)>()} {Unsafe.SizeOf<Holder<T>>()} {Unsafe.SizeOf<Plain<T>>()} {Unsafe.SizeOf<T[]>()}");

    static long At<T>(ref T field) => (long)Unsafe.AsPointer(ref field);

    static void Offsets<T>(Places<T> places)
    {
        T value = default;
        long start = (long)Unsafe.AsPointer(ref value);
        Console.WriteLine($"{typeof(T)} {string.Join(" ", places(ref value).Select(place => place - start))}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static (int, int, int) Turn((int, int, int) t) => (t.Item2, t.Item3, t.Item1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static (byte, byte, byte) Turn((byte, byte, byte) t, (Three, Three) u, (Guid, byte) v) =>
        (t.Item2, u.Item2.B, v.Item2);

    static void Values()
    {
        var bytes = new (byte, byte, byte)[3];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Turn(((byte)i, (byte)(i * 2), 7), (default, new Three { B = (byte)(i * 3) }), (Guid.Empty, 9));
        Console.WriteLine(Convert.ToHexString(MemoryMarshal.AsBytes(bytes.AsSpan())));
        var ints = new[] { (1, 2, 3), Turn((4, 5, 6)) };
        Console.WriteLine(Convert.ToHexString(MemoryMarshal.AsBytes(ints.AsSpan())));
        Console.WriteLine(new Instance());
        object boxed = (Auto<(byte, byte, byte)>)new() { V = (1, 2, 3), Y = 4 };
        var back = (Auto<(byte, byte, byte)>)boxed;
        Console.WriteLine($"{back.V} {back.Y} {boxed.Equals(new Auto<(byte, byte, byte)> { V = (1, 2, 3), Y = 4 })}");
        var all = new Dictionary<(byte, short, byte), Holder<Three>>();
        for (int i = 0; i < 100; i++)
            all[((byte)i, (short)(i * i), (byte)(i / 2))] = new() { S = "s" + i, V = new Three { C = (byte)i } };
        Console.WriteLine($"{all[(9, 81, 4)].S} {all[(9, 81, 4)].V.C} {all.Values.Sum(v => v.V.C)}");
        (int, byte)? maybe = (5, 6);
        Console.WriteLine($"{maybe.Value.Item2} {Unsafe.SizeOf<(int, byte)?>()} {Unsafe.SizeOf<((int, byte)?, byte)>()}");
    }

    static void Main()
    {
        Size<byte>(); Size<int>(); Size<string>(); Size<(byte, byte)>(); Size<(byte, byte, byte)>();
        Size<(short, short, short)>(); Size<(int, int, int)>(); Size<(byte, int)>(); Size<(byte, long, byte)>();
        Size<(byte, (byte, byte), byte)>(); Size<((byte, byte), int)>(); Size<(((int, byte), byte), byte)>();
        Size<(string, byte, (int, int, int))>(); Size<(Three, Three)>(); Size<(Three, byte)>(); Size<(Int128, byte)>();
        Size<(Vector128<int>, byte)>(); Size<(Vector256<int>, string)>(); Size<(decimal, byte)>(); Size<(Guid, byte)>();
        Size<(DateTimeOffset, byte)>(); Size<(int?, byte?)>(); Size<(byte?, byte)>(); Size<((byte, byte)?, byte)>();
        Size<(Short, Short, byte)>(); Size<(nint, byte, nint)>(); Size<(int, int, int, int, int, int, int, int)>();
        Size<Three>(); Size<Mixed>(); Size<One>(); Size<Nothing>(); Size<Inner>(); Size<Packed>(); Size<PackedText>();
        Size<Refs>(); Size<Nested>(); Size<Wide>(); Size<Row>(); Size<Texts>(); Size<KeyValuePair<byte, Three>>();
        Size<Range>(); Size<Memory<byte>>(); Size<ValueTask<(byte, byte, byte)>>(); Size<List<Three>.Enumerator>();
        Offsets((ref Refs r) => [At(ref r.A), At(ref r.B), At(ref r.C), At(ref r.D), At(ref r.E)]);
        Offsets((ref Inner i) => [At(ref i.A), At(ref i.B), At(ref i.C), At(ref i.D)]);
        Offsets((ref (byte, Three, long, short) t) => [At(ref t.Item1), At(ref t.Item2), At(ref t.Item3), At(ref t.Item4)]);
        Offsets((ref Holder<(int, int, int)> h) => [At(ref h.X), At(ref h.S), At(ref h.V)]);
        for (int i = 0; i < 3; i++)
            Values();
    }
}
