// Native code gives arrays and objects to fields of old objects: the next collection of the young
// has to find them there.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

class Holder { public byte[] bytes; public Boxed boxed; }
class Boxed { public int value; }

class Marshaler : ICustomMarshaler
{
    public static ICustomMarshaler GetInstance(string cookie) => new Marshaler();
    public object MarshalNativeToManaged(IntPtr p) => p == IntPtr.Zero ? null : new Boxed { value = 77 };
    public IntPtr MarshalManagedToNative(object o) => IntPtr.Zero;
    public void CleanUpNativeData(IntPtr p) { }
    public void CleanUpManagedData(object o) { }
    public int GetNativeDataSize() => -1;
}

static class Program
{
    [DllImport("libc")]
    static extern int asprintf([MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 2)] out byte[] p, string format, int size, string text);
    [DllImport("libc", EntryPoint = "asprintf")]
    static extern int boxed([MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Marshaler))] out Boxed p,
        string format, int size, string text);

    static readonly Holder[] holders = Enumerable.Range(0, 64).Select(i => new Holder()).ToArray();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Fill(Holder h, int i)
    {
        asprintf(out h.bytes, "%*s", 3000 + i * 16, "");
        for (int k = 0; k < h.bytes.Length; k++)
            h.bytes[k] = (byte)(i + k);
        boxed(out h.boxed, "%*s", 3000, "");
        h.boxed.value += i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static long Garbage(int n)
    {
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            var x = new byte[2000 + i % 3000];
            Array.Fill(x, (byte)0xEE);
            sum += x[5];
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void ClearStack(int depth)
    {
        Span<long> s = stackalloc long[256];
        s.Clear();
        if (depth > 0)
            ClearStack(depth - 1);
        GC.KeepAlive(s[7]);
    }

    static void Main()
    {
        GC.Collect();
        GC.Collect();
        int arrays = 0, objects = 0;
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 64; i++)
                Fill(holders[i], i);
            ClearStack(20);
            Garbage(10);
            GC.Collect(0);
            Garbage(3000);
            GC.Collect(0);
            for (int i = 0; i < 64; i++)
            {
                byte[] x = holders[i].bytes;
                bool right = x.Length == 3000 + i * 16;
                for (int k = 0; right && k < x.Length; k++)
                    right = x[k] == (byte)(i + k);
                if (!right)
                    arrays++;
                if (holders[i].boxed.value != 77 + i)
                    objects++;
            }
        }
        Console.WriteLine($"{arrays} arrays and {objects} objects are wrong");
    }
}
