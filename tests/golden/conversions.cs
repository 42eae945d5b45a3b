// Conversions between all primitive types, checked and not, shifts and divisions at their edges.
using System;
using System.Globalization;

static class Conversions
{
    static readonly double[] Doubles = { 0, -0.0, 0.5, 1.5, -1.5, 127.9, 128, 255.5, -129, 32768, 65536.7,
                                         2147483647, -2147483648, 4294967295, 9e15, -9e15 };
    static readonly long[] Longs = { 0, 1, -1, 127, 128, 255, 256, -128, -129, 32767, 65535, 65536, int.MaxValue,
                                     int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue };

    static string Checked(Func<object> convert)
    {
        try {
            return Convert.ToString(convert(), CultureInfo.InvariantCulture);
        } catch (OverflowException) {
            return "overflow";
        }
    }

    static void FromDouble(double d)
    {
        Console.Write("{0}: ", d.ToString("R", CultureInfo.InvariantCulture));
        Console.Write("{0} {1} {2} ", (int)d == (long)d ? (int)d : -99, (long)d, (float)d);
        Console.WriteLine("{0} {1} {2} {3} {4} {5}", Checked(() => checked((sbyte)d)), Checked(() => checked((byte)d)),
                          Checked(() => checked((short)d)), Checked(() => checked((int)d)),
                          Checked(() => checked((uint)d)), Checked(() => checked((ulong)d)));
    }

    static void FromLong(long n)
    {
        Console.Write("{0}: {1} {2} {3} {4} {5} {6} {7} ", n, (sbyte)n, (byte)n, (short)n, (ushort)n, (int)n, (uint)n,
                      (ulong)n);
        Console.Write("{0} {1} ", ((double)n).ToString("R", CultureInfo.InvariantCulture),
                      ((double)(ulong)n).ToString("R", CultureInfo.InvariantCulture));
        Console.WriteLine("{0} {1} {2} {3} {4}", Checked(() => checked((sbyte)n)), Checked(() => checked((char)n) + 0),
                          Checked(() => checked((int)n)), Checked(() => checked((uint)n)), Checked(() => checked((ulong)n)));
    }

    static void Shifts(int by)
    {
        int i = -0x12345678;
        uint u = 0x89abcdef;
        long l = -0x123456789abcdefL;
        ulong ul = 0x89abcdef01234567;
        Console.WriteLine("{0}: {1:x} {2:x} {3:x} {4:x} {5:x} {6:x}", by, i << by, i >> by, u >> by, l << by, l >> by, ul >> by);
    }

    static void Divisions(int a, int b)
    {
        Console.WriteLine("{0}/{1}: {2} {3} {4} {5} {6} {7}", a, b, a / b, a % b, (uint)a / (uint)b, (uint)a % (uint)b,
                          (long)a / b, (ulong)a % (ulong)(uint)b);
    }

    static void Arithmetic()
    {
        int max = int.MaxValue, min = int.MinValue;
        long lmax = long.MaxValue, lmin = long.MinValue;
        Console.WriteLine("{0} {1} {2} {3}", unchecked(max + 1), unchecked(min - 1), unchecked(max * 3), unchecked(-min));
        Console.WriteLine("{0} {1} {2}", unchecked(lmax + 1), unchecked(lmin * -1), unchecked(lmax * lmax));
        Console.WriteLine("{0} {1} {2} {3}", Checked(() => checked(max + 1)), Checked(() => checked(min - 1)),
                          Checked(() => checked(max * 2)), Checked(() => checked(-min)));
        Console.WriteLine("{0} {1} {2} {3}", Checked(() => checked(lmax + 1)), Checked(() => checked(lmin - 1)),
                          Checked(() => checked(lmax * 2)), Checked(() => checked(lmax * 1)));
        uint umax = uint.MaxValue;
        ulong ulmax = ulong.MaxValue;
        Console.WriteLine("{0} {1} {2} {3}", Checked(() => checked(umax + 1)), Checked(() => checked(umax * umax)),
                          Checked(() => checked(ulmax + 1)), Checked(() => checked(ulmax * 2)));
        Console.WriteLine("{0} {1} {2}", 5.5 % 2, -5.5 % 2, 1e308 * 10 - 1e308 * 10);
        double nan = double.NaN;
        Console.WriteLine("{0} {1} {2} {3} {4}", nan < 1, nan >= 1, nan == nan, nan != nan, !(nan > 1));
        float f = 16777216f;
        Console.WriteLine("{0} {1}", f + 1 == f, (double)0.1f == 0.1);
    }

    static void Narrow(out sbyte a, out short b, ref byte c)
    {
        a = -5;
        b = -300;
        c = (byte)(c + 200);
    }

    // Variables that are written through their address.
    static void ByReference()
    {
        sbyte a = 100;
        short b = 100;
        byte c = 100;
        Narrow(out a, out b, ref c);
        Console.WriteLine("{0} {1} {2}", a == -5, b * 2, c + 1);
    }

    // A variable keeps its value when the sum that it would get overflows.
    static string Kept(uint a, long b)
    {
        try {
            checked {
                a = a + a;
                b = b - a;
            }
        } catch (OverflowException) {
        }
        return a + " " + b;
    }

    static void Main()
    {
        Console.WriteLine("{0}, {1}", Kept(0x80000000, 5), Kept(1, long.MinValue));
        ByReference();
        foreach (double d in Doubles)
            FromDouble(d);
        foreach (long n in Longs)
            FromLong(n);
        foreach (int by in new[] { 0, 1, 15, 31, 32, 33, 63 })
            Shifts(by);
        foreach (int a in new[] { 7, -7, int.MinValue, int.MaxValue })
            foreach (int b in new[] { 2, -3, int.MaxValue })
                Divisions(a, b);
        Arithmetic();
        Console.WriteLine("{0} {1} {2} {3}", Convert.ToInt32(2.5), Convert.ToInt32(3.5), Convert.ToInt32(true), Convert.ToByte('A'));
        Console.WriteLine("{0} {1} {2}", Convert.ToString(-5, 16), Convert.ToString(255L, 2), Convert.ToInt64("-8000000000000000".Substring(1), 16));
        Console.WriteLine("{0} {1}", Convert.ChangeType("12", typeof(long)).GetType(), Convert.ToDouble("1.25", CultureInfo.InvariantCulture));
        Console.WriteLine("{0:x} {1}", BitConverter.DoubleToInt64Bits(-2.5), BitConverter.ToSingle(new byte[] { 0, 0, 0x20, 0x41 }, 0));
    }
}
