// What is known of cultures: names, parents, formats of numbers and dates, calendars.
using System;
using System.Globalization;
using System.Linq;

static class Cultures
{
    static string Ascii(string text)
    {
        return string.Concat(text.Select(c => c < 127 ? c.ToString() : "\\" + ((int)c).ToString("x")));
    }

    static void Names(CultureInfo culture)
    {
        var text = culture.TextInfo;
        Console.WriteLine(Ascii(string.Join(" | ", new object[] {
            culture.Name, culture.LCID, culture.EnglishName, culture.NativeName, culture.Parent.Name,
            culture.ThreeLetterISOLanguageName, culture.IsNeutralCulture, text.ListSeparator,
            text.ANSICodePage, text.IsRightToLeft, CultureInfo.GetCultureInfo(culture.LCID).Name })));
    }

    static void Formats(CultureInfo culture)
    {
        var moment = new DateTime(2021, 3, 4, 15, 6, 7);
        foreach (var format in new[] { "N", "C", "P", "E3", "#,##0.00" })
            Console.Write(Ascii((-1234567.891).ToString(format, culture)) + " ");
        Console.WriteLine(Ascii(double.NaN.ToString(culture) + double.NegativeInfinity.ToString(culture)));
        Console.WriteLine(Ascii(string.Join(" | ", "dDfgMtTyY".Select(f => moment.ToString(f.ToString(), culture)))));
        var dates = culture.DateTimeFormat;
        Console.WriteLine(Ascii(string.Join(" ", dates.DayNames.Concat(dates.AbbreviatedDayNames)
            .Concat(dates.ShortestDayNames).Concat(dates.MonthNames).Concat(dates.AbbreviatedMonthNames))));
        Console.WriteLine("{0} {1} {2} {3}", dates.FirstDayOfWeek, dates.CalendarWeekRule, culture.Calendar,
                          culture.CompareInfo.Name);
    }

    static void Region(string name)
    {
        var region = new RegionInfo(name);
        Console.WriteLine(Ascii(string.Join(" | ", new object[] {
            region.Name, region.EnglishName, region.NativeName, region.ThreeLetterISORegionName,
            region.CurrencySymbol, region.ISOCurrencySymbol, region.CurrencyEnglishName, region.IsMetric })));
    }

    static void Dates(Calendar calendar)
    {
        var moment = new DateTime(2020, 2, 29);
        int year = calendar.GetYear(moment), month = calendar.GetMonth(moment);
        Console.WriteLine("{0}: {1} {2} {3} {4} {5} {6:s}", calendar.GetType().Name, calendar.GetEra(moment), year,
                          month, calendar.GetDayOfMonth(moment), calendar.IsLeapYear(year),
                          calendar.ToDateTime(year, month, 1, 0, 0, 0, 0));
    }

    static void Main()
    {
        var names = "en-US en-GB de-DE de-CH fr-FR es-ES it-IT nl-NL sv-SE pl-PL pt-BR ru-RU tr-TR ja-JP zh-CN " +
            "zh-TW zh-HK ko-KR th-TH ar-SA he-IL fa-IR hu-HU el-GR uk-UA en-IN hi-IN ro-RO vi-VN sk-SK";
        foreach (var name in names.Split(' ')) {
            Names(new CultureInfo(name));
            Formats(new CultureInfo(name));
            Region(name);
        }
        foreach (var name in "en de no nb zh zh-CHS zh-CHT zh-Hans zh-Hant ar he th".Split(' '))
            Names(new CultureInfo(name));
        foreach (var calendar in new Calendar[] {
            new GregorianCalendar(), new JulianCalendar(), new HebrewCalendar(), new HijriCalendar(),
            new JapaneseCalendar(), new TaiwanCalendar(), new ThaiBuddhistCalendar(), new KoreanCalendar(),
            new PersianCalendar(), new UmAlQuraCalendar(), new ChineseLunisolarCalendar() })
            Dates(calendar);
        try {
            Console.WriteLine(new CultureInfo("xx-YY").Name);
        } catch (CultureNotFoundException e) {
            Console.WriteLine(e.Message);
        }
    }
}
