// What the class library leaves to the runtime: addresses, small atomics, data of fields.
using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;

struct Pair { public short A, B; }
struct Named { public string Name; public int Number; }

static unsafe class Program
{
    static byte octet = 200;
    static sbyte signed = -3;
    static ushort word = 60000;
    static short half = -30000;

    static void Addresses()
    {
        int[] a = { 10, 20, 30, 40 };
        ref int first = ref MemoryMarshal.GetArrayDataReference(a);
        ref int third = ref Unsafe.Add(ref first, 2);
        Console.WriteLine($"{first} {third} {Unsafe.Subtract(ref third, 1)}");
        Console.WriteLine($"{Unsafe.ByteOffset(ref first, ref third)} {Unsafe.AreSame(ref first, ref a[0])}");
        Console.WriteLine($"{Unsafe.IsAddressLessThan(ref first, ref third)} {Unsafe.IsAddressGreaterThan(ref first, ref third)}");
        Console.WriteLine($"{Unsafe.IsNullRef(ref Unsafe.NullRef<int>())} {Unsafe.IsNullRef(ref first)}");
        Console.WriteLine(Unsafe.AddByteOffset(ref first, (nuint)4) + Unsafe.SubtractByteOffset(ref third, (nint)8));
        string[] names = { "x", "y", "z" };
        Console.WriteLine(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(names), 2));
        ref byte raw = ref MemoryMarshal.GetArrayDataReference((Array)new int[2, 2] { { 7, 8 }, { 9, 10 } });
        Console.WriteLine(Unsafe.Add(ref Unsafe.As<byte, int>(ref raw), 3));
        object box = 42;
        Unsafe.Unbox<int>(box) = 43;
        Console.WriteLine(box);
        try { Unsafe.Unbox<long>(box)++; } catch (InvalidCastException) { Console.WriteLine("InvalidCast"); }
        Named n = new() { Name = "n", Number = 5 };
        Console.WriteLine(Unsafe.As<Named, string>(ref n) + Unsafe.SizeOf<Named>() + Unsafe.SizeOf<Pair>());
    }

    static void Memory()
    {
        byte[] from = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, to = new byte[9];
        Unsafe.CopyBlockUnaligned(ref to[1], ref from[0], 7);
        Unsafe.InitBlockUnaligned(ref to[3], 0xee, 2);
        Console.WriteLine(Convert.ToHexString(to));
        Console.WriteLine($"{Unsafe.ReadUnaligned<int>(ref from[1]):x} {Unsafe.ReadUnaligned<Pair>(ref from[3]).B:x}");
        Unsafe.WriteUnaligned(ref to[2], 0x1122334455667788L);
        fixed (byte* p = to)
        {
            Unsafe.Write(p, (short)-2);
            Console.WriteLine($"{Unsafe.Read<ushort>(p)} {Unsafe.AsRef<byte>(p + 8):x}");
            Pair pair = default;
            Unsafe.Copy(ref pair, p);
            Console.WriteLine($"{pair.A} {pair.B}");
        }
        Console.WriteLine($"{BitConverter.DoubleToInt64Bits(1.5):x} {BitConverter.Int32BitsToSingle(0x40490fdb)}");
        Pair bits = Unsafe.BitCast<int, Pair>(0x7fff8000);
        Console.WriteLine($"{bits.A} {bits.B}");
        Func<int, float> cast = BitConverter.Int32BitsToSingle; // by its address
        Console.WriteLine(cast(0x3f800000));
    }

    static void Atomics()
    {
        Console.WriteLine($"{Interlocked.Exchange(ref octet, 100)} {Interlocked.CompareExchange(ref octet, 7, 100)} {octet}");
        Console.WriteLine($"{Interlocked.Exchange(ref signed, 5)} {Interlocked.CompareExchange(ref signed, -7, 6)} {signed}");
        Console.WriteLine($"{Interlocked.Exchange(ref word, 1)} {Interlocked.CompareExchange(ref word, 65535, 1)} {word}");
        Console.WriteLine($"{Interlocked.Exchange(ref half, -1)} {Interlocked.CompareExchange(ref half, 2, -1)} {half}");
        int i = 5; long l = -1; uint u = 7; object o = "a"; double d = 1.5; var e = DayOfWeek.Monday;
        Console.WriteLine($"{Interlocked.Add(ref i, 3)} {Interlocked.Increment(ref l)} {Interlocked.Decrement(ref u)}");
        Console.WriteLine($"{Interlocked.And(ref i, 12)} {Interlocked.Or(ref i, 3)} {i} {Interlocked.Read(ref l)}");
        Console.WriteLine($"{Interlocked.CompareExchange(ref o, "b", o)} {o} {Interlocked.Exchange(ref d, 2.5)} {d}");
        Console.WriteLine($"{Interlocked.CompareExchange(ref e, DayOfWeek.Friday, DayOfWeek.Monday)} {e}");
        Volatile.Write(ref i, 9);
        Interlocked.MemoryBarrier();
        Console.WriteLine(Volatile.Read(ref i));
    }

    static void Numbers()
    {
        double tiny = 1 + double.Epsilon * 0 + Math.Pow(2, -30);
        Console.WriteLine(Math.FusedMultiplyAdd(tiny, tiny, -1 - Math.Pow(2, -29)) == Math.Pow(2, -60));
        Console.WriteLine(MathF.FusedMultiplyAdd(16777217f, 3f, -1f));
        Console.WriteLine($"{Math.ReciprocalEstimate(4.0) > 0.249} {Math.Sqrt(2)} {Math.Round(2.5)} {Math.Cbrt(27)} {MathF.Floor(-1.5f)}");
        Console.WriteLine($"{BitOperations.PopCount(0xf0f0u)} {BitOperations.LeadingZeroCount(1UL)} {BitOperations.TrailingZeroCount(8)} {BitOperations.RotateLeft(0x80000001u, 4):x} {BitOperations.Log2(1000)}");
    }

    static void Data()
    {
        ReadOnlySpan<int> squares = [1, 4, 9, 16, 25];
        ReadOnlySpan<char> text = ['a', 'b', 'c'];
        ReadOnlySpan<double> halves = [0.5, 1.5];
        long[] table = { 1L << 40, 2, 3 };
        int sum = 0;
        foreach (int s in squares) sum += s;
        Console.WriteLine($"{sum} {squares.Length} {text.ToString()} {halves[1]} {table[0]} {table.Length}");
    }

    static string Kind<T>()
    {
        if (typeof(T) == typeof(byte)) return "byte";
        if (typeof(T) == typeof(Pair)) return "pair";
        if (typeof(T) == typeof(string)) return "string";
        return typeof(T).IsValueType ? typeof(T).IsPrimitive ? "primitive" : typeof(T).IsEnum ? "enum" : "value" : "reference";
    }

    static bool Null<T>(T value) => value == null;

    static void Types()
    {
        Console.WriteLine($"{Kind<byte>()} {Kind<Pair>()} {Kind<string>()} {Kind<int>()} {Kind<DayOfWeek>()} {Kind<Named>()} {Kind<object>()}");
        Console.WriteLine($"{Null(1)} {Null("")} {Null<string>(null)} {Null<int?>(null)} {Null<int?>(1)}");
        Console.WriteLine($"{RuntimeHelpers.IsReferenceOrContainsReferences<Named>()} {RuntimeHelpers.IsReferenceOrContainsReferences<Pair>()}");
        Type a = typeof(int), b = 1.GetType();
        Console.WriteLine($"{a == b} {a != typeof(long)}");
        Vector128<int> v = Vector128.Create(1, 2, 3, 4);
        Console.WriteLine($"{Vector128.Sum(v + v)} {Vector128.Shuffle(v, Vector128.Create(3, 2, 1, 0))}");
    }

    static void Main()
    {
        Addresses();
        Memory();
        Atomics();
        Numbers();
        Data();
        Types();
    }
}
