// Cultures beyond the common ones: identities, parents, formats, regions, and what is unknown.
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

static class Cultures
{
    static readonly string[] names = {
        "af-ZA", "ar", "ar-EG", "ar-SA", "az-Cyrl-AZ", "bg-BG", "bn-BD", "ca-ES-valencia", "de-AT", "de-CH",
        "el-GR", "en-IN", "es-MX", "eu-ES", "fa-IR", "fr-CA", "he-IL", "hi-IN", "hu-HU", "is-IS",
        "ja-JP", "ka-GE", "lt-LT", "no", "nn-NO", "pt-PT", "ro-RO", "sr", "sr-Cyrl-BA", "sv-FI",
        "ta-IN", "th-TH", "tr-TR", "uk-UA", "ur-PK", "vi-VN", "zh-CHS", "zh-Hant", "zh-TW", "zu-ZA",
    };

    static TextWriter console;

    static void Line(string label, params object[] values)
    {
        console.WriteLine("  {0}: {1}", label, string.Join(" / ", values));
    }

    static string List(string[] list)
    {
        return string.Join("|", list);
    }

    static void Identity(CultureInfo c)
    {
        TextInfo text = c.TextInfo;
        console.WriteLine("{0} {1} {2}", c.Name, c.LCID, c.IsNeutralCulture);
        Line("names", c.EnglishName, c.NativeName, c.DisplayName, c.TwoLetterISOLanguageName,
             c.ThreeLetterISOLanguageName, c.ThreeLetterWindowsLanguageName);
        Line("near", c.Parent.Name, c.Parent.Parent.Name, CultureInfo.CreateSpecificCulture(c.Name).Name,
             CultureInfo.GetCultureInfo(c.LCID).Name, c.CompareInfo.Name);
        Line("text", text.ANSICodePage, text.EBCDICCodePage, text.MacCodePage, text.OEMCodePage,
             text.ListSeparator, text.IsRightToLeft, text.ToUpper("i\u0131"), text.ToLower("I\u0130"));
    }

    static void Dates(CultureInfo c)
    {
        DateTimeFormatInfo d = c.DateTimeFormat;
        Line("days", List(d.DayNames), List(d.AbbreviatedDayNames), List(d.ShortestDayNames));
        Line("months", List(d.MonthNames), List(d.AbbreviatedMonthNames));
        if (!d.MonthNames.SequenceEqual(d.MonthGenitiveNames))
            Line("genitives", List(d.MonthGenitiveNames), List(d.AbbreviatedMonthGenitiveNames));
        Line("patterns", List(d.GetAllDateTimePatterns('d')), List(d.GetAllDateTimePatterns('D')),
             List(d.GetAllDateTimePatterns('t')), List(d.GetAllDateTimePatterns('Y')), d.MonthDayPattern);
        Line("week", d.AMDesignator, d.PMDesignator, d.FirstDayOfWeek, d.CalendarWeekRule);
        Line("calendar", c.Calendar.GetType().Name, d.NativeCalendarName,
             string.Join("|", c.OptionalCalendars.Select(x => x.GetType().Name)));
        var time = new DateTime(2024, 5, 6, 17, 8, 9);
        Line("time", string.Join(" ~ ", "d D f G m y".Split(' ').Select(f => time.ToString(f, c))),
             time.ToString("ddd dd MMM yyyy", c), DateTime.Parse(time.ToString(c), c) == time);
    }

    static void Numbers(CultureInfo c)
    {
        NumberFormatInfo n = c.NumberFormat;
        Line("numbers", 1234567.891.ToString("N", c), 1234567.891.ToString("C", c), 1234567.891.ToString("P", c),
             (-1234.5).ToString("C", c), (-0.5).ToString("P", c), double.NaN.ToString(c),
             double.NegativeInfinity.ToString(c), n.PerMilleSymbol, string.Join(",", n.NumberGroupSizes),
             decimal.Parse((-1234.5m).ToString("C", c), NumberStyles.Currency, c).ToString(CultureInfo.InvariantCulture));
    }

    static void Region(CultureInfo c)
    {
        var r = new RegionInfo(c.Name);
        Line("region", r.Name, r.EnglishName, r.NativeName, r.ThreeLetterISORegionName, r.GeoId, r.IsMetric,
             r.CurrencySymbol, r.ISOCurrencySymbol, r.CurrencyEnglishName, r.CurrencyNativeName,
             new RegionInfo(r.Name).Equals(new RegionInfo(r.Name.ToLowerInvariant())));
    }

    static void Attempt(string label, Func<object> action)
    {
        try {
            Line(label, action());
        } catch (ArgumentException e) {
            Line(label, e.GetType().Name, e.Message);
        }
    }

    static void Tell()
    {
        foreach (string name in names) {
            var c = new CultureInfo(name);
            Identity(c);
            Dates(c);
            Numbers(c);
            if (!c.IsNeutralCulture)
                Region(c);
        }
        console.WriteLine("all");
        foreach (var types in new[] { CultureTypes.AllCultures, CultureTypes.NeutralCultures, CultureTypes.SpecificCultures })
            Line(types.ToString(), CultureInfo.GetCultures(types).Length);
        Line("order", string.Join(" ", CultureInfo.GetCultures(CultureTypes.AllCultures).Select(c => c.Name)));
        Attempt("case", () => new CultureInfo("ZH-hans").Name);
        Attempt("unknown", () => new CultureInfo("xx-YY").Name);
        Attempt("unknown LCID", () => new CultureInfo(99999).Name);
        Attempt("language alone", () => CultureInfo.CreateSpecificCulture("de-XX").Name);
        Attempt("no region", () => new RegionInfo("XX").Name);
        Attempt("neutral region", () => new RegionInfo("de").Name);
    }

    // With an argument it says the current culture alone.
    static void Main(string[] arguments)
    {
        console = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        Line("current", CultureInfo.CurrentCulture.Name, CultureInfo.CurrentCulture.LCID);
        if (arguments.Length == 0)
            Tell();
        console.Flush();
    }
}
