// Parsing of numbers, booleans, enums, dates and GUIDs, with what is refused.
using System;
using System.Globalization;

static class Parsing
{
    enum Colour { Red, Green = 5, Blue }

    static void Try(string title, Func<object> parse)
    {
        try {
            object value = parse();
            Console.WriteLine("{0}: {1} ({2})", title,
                              Convert.ToString(value, CultureInfo.InvariantCulture),
                              value.GetType().Name);
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}: {2}", title, e.GetType().Name, e.Message);
        }
    }

    static void Main()
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        Try("int", () => int.Parse(" +42 ", c));
        Try("int empty", () => int.Parse("", c));
        Try("int null", () => int.Parse(null, c));
        Try("int big", () => int.Parse("2147483648", c));
        Try("int min", () => int.Parse("-2147483648", c));
        Try("uint negative", () => uint.Parse("-1", c));
        Try("byte", () => byte.Parse("255", c));
        Try("byte big", () => byte.Parse("256", c));
        Try("sbyte", () => sbyte.Parse("-128", c));
        Try("short hex", () => short.Parse("7fff", NumberStyles.HexNumber, c));
        Try("long", () => long.Parse("-9223372036854775808", c));
        Try("ulong", () => ulong.Parse("18446744073709551615", c));
        Try("brackets", () => int.Parse("(12)", NumberStyles.AllowParentheses, c));
        Try("double", () => double.Parse("1.7976931348623157E+308", c));
        Try("double small", () => double.Parse("4.9e-324", c));
        Try("double huge", () => double.Parse("1e400", c));
        Try("double nan", () => double.Parse("NaN", c));
        Try("double inf", () => double.Parse("-Infinity", c));
        Try("double bad", () => double.Parse("1.2.3", c));
        Try("double many digits", () => double.Parse("0.1000000000000000055511151231257827", c));
        Try("float", () => float.Parse("16777217", c));
        Try("decimal", () => decimal.Parse("79228162514264337593543950335", c));
        Try("decimal big", () => decimal.Parse("79228162514264337593543950336", c));
        Try("decimal scale", () => decimal.Parse("0.0000000000000000000000000001", c));
        Try("bool", () => bool.Parse(" TRUE "));
        Try("bool bad", () => bool.Parse("yes"));
        Try("char", () => char.Parse("x"));
        Try("char long", () => char.Parse("xy"));
        Try("enum", () => Enum.Parse(typeof(Colour), "Green"));
        Try("enum case", () => Enum.Parse(typeof(Colour), "blue", true));
        Try("enum number", () => Enum.Parse(typeof(Colour), "5"));
        Try("enum bad", () => Enum.Parse(typeof(Colour), "Pink"));
        Try("date", () => DateTime.Parse("2020-02-29T12:34:56", c).ToString("o", c));
        Try("date us", () => DateTime.Parse("3/4/2019 5:06 PM", c).ToString("s", c));
        Try("date bad", () => DateTime.Parse("2019-02-29", c));
        Try("date exact", () => DateTime.ParseExact("20240131", "yyyyMMdd", c).DayOfYear);
        Try("date text", () => DateTime.Parse("Tue, 1 Jan 2008 00:00:00", c).ToString("D", c));
        Try("offset", () => DateTimeOffset.Parse("2008-01-01T10:00:00+02:00", c).UtcDateTime.Hour);
        Try("span", () => TimeSpan.Parse("-3.04:05:06.0070000", c));
        Try("span bad", () => TimeSpan.Parse("25:61:00", c));
        Try("guid", () => new Guid("{6F9619FF-8B86-D011-B42D-00CF4FC964FF}"));
        Try("guid bad", () => new Guid("6F9619FF"));
        Try("version", () => new Version("1.22.333.4444"));
        Try("version bad", () => new Version("1"));
        Try("uri", () => new Uri("http://user@example.org:8080/a/../b?q=1#frag").AbsolutePath);
    }
}
