// Floating point to integers: what does not fit becomes the nearest number, what is no
// number 0; narrower types take the low bits of an int.
using System;

static class Program
{
    static string Of(double d) =>
        (int)d + " " + (uint)d + " " + (long)d + " " + (ulong)d + " " + (sbyte)d + " " + (byte)d + " " +
        (short)d + " " + (ushort)d + " " + (int)(char)d + " " + (nint)d + " " + (nuint)d;
    static string OfFloat(float f) => (int)f + " " + (uint)f + " " + (long)f + " " + (ulong)f + " " + (byte)f;
    static string Checked(double d)
    {
        try { return checked((int)d) + " " + checked((ulong)d); }
        catch (OverflowException) { return "overflow"; }
    }

    static void Main()
    {
        double[] values = { 0, 1.9, -1.9, -0.5, 127, 128, 255, 256, 300.7, -129, 2147483647, 2147483647.5, 2147483648,
            -2147483648, -2147483649, 4294967295, 4294967295.9, 4294967296, 9223372036854774784, 9223372036854775808.0,
            -9223372036854775808.0, -9223372036854777856.0, 18446744073709549568, 18446744073709551616.0, 1e300, -1e300,
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon };
        foreach (double d in values)
            Console.WriteLine(Of(d) + " | " + OfFloat((float)d) + " | " + Checked(d));
    }
}
