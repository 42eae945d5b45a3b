// Unsigned numbers of 64 bits to float: one conversion, though IL has two instructions; a double in between rounds twice.
using System.Globalization;
using System.Runtime.CompilerServices;

static class Program
{
    [MethodImpl(MethodImplOptions.NoInlining)] static float Direct(ulong x) => x;
    [MethodImpl(MethodImplOptions.NoInlining)] static float ByDouble(ulong x) => (float)(double)x;
    [MethodImpl(MethodImplOptions.NoInlining)] static float Native(nuint x) => x;
    [MethodImpl(MethodImplOptions.NoInlining)] static float Signed(long x) => x;
    [MethodImpl(MethodImplOptions.NoInlining)] static float Narrow(uint x) => x;
    static T Make<T>(ulong x) where T : System.Numerics.INumber<T> => T.CreateChecked(x);

    static void Main()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ulong[] values = { 0, 1, 16777217, 0x20000030000001, 0x7fffffbfffffffff, 0x8000008000000000, 0x8000008000000001,
            0x80000080000003ff, 0xffffff7fffffffff, 0xffffff8000000000, ulong.MaxValue };
        foreach (ulong x in values)
            Console.WriteLine($"{Direct(x):R} {ByDouble(x):R} {Native((nuint)x):R} {Signed((long)x):R} {Narrow((uint)x):R} {Make<float>(x):R} {Make<double>(x):R}");
    }
}
