// Big arithmetic: decimal, 64-bit products, a factorial over an array of digits.
using System;
using System.Globalization;
using System.Text;

static class Decimals
{
    static string Factorial(int n)
    {
        var digits = new uint[64];
        digits[0] = 1;
        int length = 1;
        for (uint factor = 2; factor <= n; factor++) {
            ulong carry = 0;
            for (int i = 0; i < length; i++) {
                ulong product = (ulong)digits[i] * factor + carry;
                digits[i] = (uint)(product % 1000000000);
                carry = product / 1000000000;
            }
            if (carry != 0)
                digits[length++] = (uint)carry;
        }
        var text = new StringBuilder(digits[length - 1].ToString());
        for (int i = length - 2; i >= 0; i--)
            text.Append(digits[i].ToString("D9"));
        return text.ToString();
    }

    static decimal Sqrt(decimal x)
    {
        decimal guess = (decimal)Math.Sqrt((double)x);
        for (int i = 0; i < 5; i++)
            guess = (guess + x / guess) / 2;
        return guess;
    }

    static ulong PowerModulo(ulong b, ulong e, ulong m)
    {
        ulong result = 1;
        for (b %= m; e > 0; e >>= 1) {
            if ((e & 1) == 1)
                result = result * b % m;
            b = b * b % m;
        }
        return result;
    }

    static void Main()
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        Console.WriteLine(Factorial(50));
        Console.WriteLine(Sqrt(2m).ToString(c));
        Console.WriteLine(PowerModulo(7, 123456789, 998244353));
        decimal sum = 0, max = decimal.MaxValue, zero = sum;
        for (int i = 1; i <= 100; i++)
            sum += 1m / i;
        Console.WriteLine(sum.ToString(c));
        Console.WriteLine("{0} {1} {2}", 10m / 3 * 3 == 10m, 5.5m % 2, -7m % 3);
        Console.WriteLine("{0} {1}", decimal.Compare(1.0m, 1.00m), 1.0m.Equals(1.00m));
        Console.WriteLine("{0} {1} {2}", decimal.Floor(-1.5m), decimal.Ceiling(-1.5m), decimal.Negate(3));
        Console.WriteLine("{0} {1}", Math.Round(0.125m, 2), Math.Round(0.125m, 2, MidpointRounding.AwayFromZero));
        Console.WriteLine(string.Join(",", decimal.GetBits(-12345678901234567890.123m)));
        Console.WriteLine("{0} {1} {2}", (long)1e15m, (decimal)1.1, (decimal)0.1f);
        Console.WriteLine("{0} {1}", new decimal(1, 2, 3, true, 4), -max);
        try {
            Console.WriteLine(max + 1);
        } catch (OverflowException e) {
            Console.WriteLine(e.Message);
        }
        try {
            Console.WriteLine(1m / zero);
        } catch (DivideByZeroException e) {
            Console.WriteLine(e.Message);
        }
        try {
            Console.WriteLine((int)max);
        } catch (OverflowException e) {
            Console.WriteLine(e.Message);
        }
    }
}
