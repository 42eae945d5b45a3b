// Unsafe code: pointers, fixed, stackalloc, sizeof, layouts, unions.
using System;
using System.Runtime.InteropServices;

static unsafe class Pointers
{
    [StructLayout(LayoutKind.Explicit)]
    struct Union
    {
        [FieldOffset(0)] public uint Bits;
        [FieldOffset(0)] public float Number;
        [FieldOffset(4)] public byte Tail;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    struct Packed
    {
        public byte A;
        public long B;
        public short C;
    }

    struct Padded
    {
        public byte A;
        public long B;
        public short C;
    }

    struct Buffered
    {
        public fixed int Items[8];
    }

    static void Reverse(char* text, int length)
    {
        for (char* end = text + length - 1; text < end; text++, end--) {
            char t = *text;
            *text = *end;
            *end = t;
        }
    }

    struct Big
    {
        public long A, B, C, D, E, F, G;
    }

    static int Read(int* from)
    {
        return *from;
    }

    static void Write(Big* to, int n)
    {
        for (int i = 0; i < n; i++)
            to->C += i;
    }

    static Big Copy(Big* from)
    {
        return *from;
    }

    static string Null(Action action)
    {
        try {
            action();
            return "nothing";
        } catch (NullReferenceException e) when (e.Message != "") {
            return e.GetType().Name;
        }
    }

    static long* Address(Padded* p)
    {
        return &p->B; // a sum, which is not checked
    }

    static void Nulls()
    {
        Console.WriteLine("{0} {1}", (long)Address(null), Null(() => (*Address(null)).ToString()));
        Console.WriteLine("{0} {1} {2} {3}", Null(() => Read(null).ToString()), Null(() => Write(null, 3)),
                          Null(() => Copy(null).G.ToString()), Null(() => Read((int*)64).ToString()));
    }

    static void Main()
    {
        Nulls();
        int* squares = stackalloc int[10];
        for (int i = 0; i < 10; i++)
            squares[i] = i * i;
        int sum = 0;
        for (int* p = squares; p < squares + 10; p++)
            sum += *p;
        Console.WriteLine("{0} {1}", sum, (squares + 10) - squares);
        var text = "pointers".ToCharArray();
        fixed (char* p = text)
            Reverse(p, text.Length);
        Console.WriteLine(new string(text));
        fixed (char* p = "constant")
            Console.WriteLine("{0} {1}", p[3], (int)p[8]);
        var union = new Union { Number = 1.5f, Tail = 9 };
        Console.WriteLine("{0:x} {1} {2}", union.Bits, union.Tail, sizeof(Union));
        Console.WriteLine("{0} {1} {2}", sizeof(Packed), sizeof(Padded), Marshal.SizeOf(typeof(Packed)));
        var packed = new Packed { A = 1, B = -2, C = 3 };
        byte* raw = (byte*)&packed;
        for (int i = 0; i < sizeof(Packed); i++)
            Console.Write("{0:x2}", raw[i]);
        Console.WriteLine();
        var buffered = new Buffered();
        for (int i = 0; i < 8; i++)
            buffered.Items[i] = i << i;
        Console.WriteLine("{0} {1}", buffered.Items[7], sizeof(Buffered));
        long number = 0x0102030405060708;
        Console.WriteLine("{0} {1:x}", *(byte*)&number, *(short*)((byte*)&number + 2));
        fixed (long* p = new long[] { 10, 20, 30 })
            Console.WriteLine(p[1] + *(p + 2));
        IntPtr memory = Marshal.AllocHGlobal(16);
        Marshal.WriteInt32(memory, 4, 77);
        Console.WriteLine("{0} {1}", Marshal.ReadInt32(memory, 4), IntPtr.Size);
        Marshal.FreeHGlobal(memory);
        double d = -0.0;
        Console.WriteLine("{0:x}", *(ulong*)&d);
    }
}
