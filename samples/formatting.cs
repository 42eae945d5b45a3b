// Strings, numbers and dates as text, in the invariant culture.
using System;
using System.Globalization;
using System.Text;

static class Formatting
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    static void Row(params object[] items)
    {
        var line = new StringBuilder();
        foreach (object item in items)
            line.Append(Convert.ToString(item, Invariant)).Append(" | ");
        Console.WriteLine(line.ToString().TrimEnd(' ', '|'));
    }

    static void Integers()
    {
        Row(0, -1, int.MinValue, int.MaxValue, long.MinValue, ulong.MaxValue);
        Row(255.ToString("x"), 255.ToString("X8"), (-1).ToString("x"), 1234567.ToString("N0", Invariant));
        Row(42.ToString("D6"), 0.ToString("#;minus;zero"));
        Row(string.Format(Invariant, "[{0,8}] [{0,-8}] [{0:0000.00}]", 1234));
        Row(int.Parse("-77", Invariant), int.Parse("ff", NumberStyles.HexNumber),
            long.Parse("9,000,000,000", NumberStyles.AllowThousands, Invariant));
        int value;
        Row(int.TryParse("12x", out value), value, int.TryParse(" 12 ", out value), value);
        Row(Convert.ToString(10, 2), Convert.ToInt32("777", 8), (char)65, (int)'z', (byte)200);
    }

    static void Doubles()
    {
        Row(0.1, 1.0 / 3, 1e21, 1.5e-7, -0.0, 123456789.125);
        Row(double.NaN, double.PositiveInfinity, double.MaxValue, double.Epsilon);
        Row((0.1 + 0.2).ToString("R", Invariant), 0.1f, 1f / 3, float.MaxValue);
        Row(Math.PI.ToString("F2", Invariant), Math.E.ToString("E3", Invariant),
            0.256.ToString("P1", Invariant), 1e6.ToString("N2", Invariant), 2.5.ToString("G3", Invariant));
        Row(12345.678.ToString("#,##0.0", Invariant), 0.5.ToString("0.###", Invariant),
            (-3.14159).ToString("000.000;(0.00)", Invariant));
        Row(double.Parse("6.02e23", Invariant), double.Parse("-.5", Invariant),
            float.Parse("3.25", Invariant));
        Row(Math.Round(double.Parse("2.5", Invariant)), Math.Round(3.5), Math.Round(-2.345, 2), Math.Floor(-1.5),
            Math.Ceiling(1.2), Math.Truncate(-1.7));
    }

    static void Decimals()
    {
        Row(0.1m + 0.2m, 1m / 3, decimal.MaxValue, 100.00m, -1.50m * 2);
        Row(decimal.Round(2.675m, 2), decimal.Truncate(-9.9m), decimal.Parse("1234.5600", Invariant));
        Row(1234567.891m.ToString("N2", Invariant), 0.05m.ToString("P0", Invariant), (int)12.9m, (double)0.25m);
    }

    static void Dates()
    {
        var date = new DateTime(2024, 2, 29, 13, 5, 9, 250, DateTimeKind.Utc);
        Row(date, date.ToString("o", Invariant), date.ToString("R", Invariant), date.ToString("s", Invariant));
        Row(date.ToString("dddd, d MMMM yyyy", Invariant), date.ToString("yy-M-d h:mm tt", Invariant));
        Row(date.AddYears(1).ToString("yyyy-MM-dd", Invariant), date.AddDays(1).DayOfWeek,
            date.AddMonths(-1).ToString("d", Invariant), date.DayOfYear);
        Row(new DateTime(2025, 1, 1) - date.Date, DateTime.IsLeapYear(1900), DateTime.DaysInMonth(2023, 2));
        Row(TimeSpan.FromSeconds(98765.5), TimeSpan.FromMinutes(-90), new TimeSpan(1, 2, 3, 4).TotalHours.ToString("F3", Invariant));
        Row(DateTime.Parse("2001-09-09 01:46:40", Invariant).Ticks,
            DateTime.ParseExact("31/12/1999", "dd/MM/yyyy", Invariant).ToString("u", Invariant));
        Row(TimeSpan.Parse("1.02:03:04.5", Invariant).TotalMilliseconds);
    }

    static void Strings()
    {
        string s = "The quick brown fox";
        Row(s.Length, s.ToUpperInvariant(), s.Substring(4, 5), s.IndexOf("brown", StringComparison.Ordinal));
        Row(s.Replace("quick", "slow"), s.Insert(3, "!"), s.Remove(3), s.Contains("fox"));
        Row(string.Join("+", s.Split(' ')), "  trim ".Trim(), "x".PadLeft(4, '.'), "y".PadRight(3, '_') + "|");
        Row(string.Compare("a", "B", StringComparison.Ordinal) > 0,
            string.Compare("a", "B", StringComparison.OrdinalIgnoreCase), "abc".CompareTo("abd"));
        Row(string.IsNullOrWhiteSpace(" \t"), "a,b,,c".Split(',').Length, s.StartsWith("The", StringComparison.Ordinal),
            s.LastIndexOf('o'), string.Concat("a", 1, 'c', null, 2.5));
        Row("tab\tquote\"backslash\\", "\u00e9\u00df\u4e2d".Length, new string('=', 5));
        var text = new StringBuilder("0123456789");
        text.Insert(5, "<>").Remove(0, 2).Replace('9', '!').AppendFormat(Invariant, "{0:F1}", 1.25);
        Row(text, text.Length, text[3]);
        foreach (char c in "aZ5 \n.")
            Console.Write("{0}{1}{2} ", char.IsLetter(c) ? 'L' : '-', char.IsDigit(c) ? 'D' : '-',
                          char.IsWhiteSpace(c) ? 'W' : '-');
        Console.WriteLine();
        Row(Guid.Empty, new Version(1, 2, 3), DayOfWeek.Friday, true, (object)null, 'c');
    }

    static void Main()
    {
        Integers();
        Doubles();
        Decimals();
        Dates();
        Strings();
    }
}
