// Writes loader/library/mono/services/cultures.txt and regions.txt from what Debian's mono knows:
//   mcs -out:/tmp/cultures.exe tests/tools/cultures.cs && LC_ALL=C mono /tmp/cultures.exe loader/library/mono
// The heads of the two files say how they are read. Part of it has no public face, so that
// the internal calls of System.Globalization are asked themselves.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text;

class Entry {
    public string Name, Language;
    public int Lcid;
    public List<KeyValuePair<string, string>> Values = new List<KeyValuePair<string, string>>();
    public Entry Base;
    public int Depth;

    public void Add(string key, string value)
    {
        if (value.IndexOf('\n') >= 0 || value.IndexOf('\0') >= 0)
            throw new Exception(Name + ": " + key);
        Values.Add(new KeyValuePair<string, string>(key, value));
    }

    public void Add(string key, string[] list)
    {
        if (list.Any(x => x.IndexOf('|') >= 0))
            throw new Exception(Name + ": " + key);
        Add(key, string.Join("|", list));
    }

    // Lists of the same shape that are nearly always equal to another one.
    public void AddUnlessSame(string key, string[] list, string[] other)
    {
        if (list.SequenceEqual(other))
            Add(key, "=");
        else
            Add(key, list);
    }

    public IEnumerable<KeyValuePair<string, string>> Own(Entry other)
    {
        for (int i = 0; i < Values.Count; i++)
            if (other == null || Values[i].Value != other.Values[i].Value)
                yield return Values[i];
    }

    public int Cost(Entry other)
    {
        return Own(other).Sum(x => x.Key.Length + 3 + Encoding.UTF8.GetByteCount(x.Value)) +
               (other == null ? 0 : 10 * (other.Depth + 1));
    }
}

class Cultures {
    const BindingFlags ANY = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public |
                             BindingFlags.NonPublic;

    static object Field(object o, string name)
    {
        return o.GetType().GetField(name, ANY).GetValue(o);
    }

    static string Text(object o, string name)
    {
        return (string)Field(o, name) ?? "";
    }

    static string Number(object o, string name)
    {
        return Convert.ToInt32(Field(o, name)).ToString(CultureInfo.InvariantCulture);
    }

    static void AddIdentity(Entry e, CultureInfo c)
    {
        e.Add("lcid", Number(c, "cultureID"));
        e.Add("parent", Number(c, "parent_lcid"));
        e.Add("english", Text(c, "englishname"));
        e.Add("native", Text(c, "nativename"));
        e.Add("iso2", Text(c, "iso2lang"));
        e.Add("iso3", Text(c, "iso3lang"));
        e.Add("win3", Text(c, "win3lang"));
        e.Add("territory", Text(c, "territory"));
        e.Add("calendar-type", Number(c, "default_calendar_type"));
        e.Add("calendars", (string[])Field(c, "native_calendar_names"));
        TextInfo t = c.TextInfo;
        e.Add("code-pages", string.Join(" ", new[] { t.ANSICodePage, t.EBCDICCodePage, t.MacCodePage,
                                                     t.OEMCodePage }));
        e.Add("right-to-left", t.IsRightToLeft ? "1" : "0");
        e.Add("list-separator", t.ListSeparator);
    }

    static void AddDates(Entry e, CultureInfo c)
    {
        object data = Field(c, "m_cultureData");
        e.Add("am", Text(data, "sAM1159"));
        e.Add("pm", Text(data, "sPM2359"));
        e.Add("time-separator", Text(data, "sTimeSeparator"));
        e.Add("first-day", Number(data, "iFirstDayOfWeek"));
        e.Add("week-rule", Number(data, "iFirstWeekOfYear"));
        e.Add("long-times", (string[])Field(data, "saLongTimes"));
        e.Add("short-times", (string[])Field(data, "saShortTimes"));
        Type type = typeof(CultureInfo).Assembly.GetType("System.Globalization.CalendarData");
        object calendar = FormatterServices.GetUninitializedObject(type);
        type.GetMethod("fill_calendar_data", ANY).Invoke(calendar,
                                                         new object[] { c.Name.ToLowerInvariant(), 1 });
        string name = Text(calendar, "sNativeName");
        e.Add("calendar", name == Text(c, "nativename") ? "=" : name);
        e.Add("month-day", Text(calendar, "sMonthDay"));
        e.Add("short-dates", (string[])Field(calendar, "saShortDates"));
        e.Add("long-dates", (string[])Field(calendar, "saLongDates"));
        e.Add("year-months", (string[])Field(calendar, "saYearMonths"));
        e.Add("days", (string[])Field(calendar, "saDayNames"));
        e.Add("short-days", (string[])Field(calendar, "saAbbrevDayNames"));
        e.Add("shortest-days", (string[])Field(calendar, "saSuperShortDayNames"));
        var months = (string[])Field(calendar, "saMonthNames");
        var shortMonths = (string[])Field(calendar, "saAbbrevMonthNames");
        e.Add("months", months);
        e.Add("short-months", shortMonths);
        e.AddUnlessSame("genitive-months", (string[])Field(calendar, "saMonthGenitiveNames"), months);
        e.AddUnlessSame("short-genitive-months", (string[])Field(calendar, "saAbbrevMonthGenitiveNames"),
                        shortMonths);
    }

    static void AddNumbers(Entry e, CultureInfo c)
    {
        NumberFormatInfo n = c.NumberFormat;
        Func<int[], string> sizes = list => string.Join(" ", list);
        e.Add("currency-digits", n.CurrencyDecimalDigits.ToString());
        e.Add("currency-negative", n.CurrencyNegativePattern.ToString());
        e.Add("currency-positive", n.CurrencyPositivePattern.ToString());
        e.Add("currency-symbol", n.CurrencySymbol);
        e.Add("currency-decimal", n.CurrencyDecimalSeparator);
        e.Add("currency-group", n.CurrencyGroupSeparator);
        e.Add("currency-sizes", sizes(n.CurrencyGroupSizes));
        e.Add("number-digits", n.NumberDecimalDigits.ToString());
        e.Add("number-negative", n.NumberNegativePattern.ToString());
        e.Add("number-decimal", n.NumberDecimalSeparator);
        e.Add("number-group", n.NumberGroupSeparator);
        e.Add("number-sizes", sizes(n.NumberGroupSizes));
        e.Add("percent-negative", n.PercentNegativePattern.ToString());
        e.Add("percent-positive", n.PercentPositivePattern.ToString());
        e.Add("percent", n.PercentSymbol);
        e.Add("per-mille", n.PerMilleSymbol);
        e.Add("nan", n.NaNSymbol);
        e.Add("plus-infinity", n.PositiveInfinitySymbol);
        e.Add("minus-infinity", n.NegativeInfinitySymbol);
        e.Add("plus", n.PositiveSign);
        e.Add("minus", n.NegativeSign);
    }

    static Entry Describe(CultureInfo c)
    {
        var e = new Entry { Name = c.Name, Language = c.TwoLetterISOLanguageName, Lcid = c.LCID };
        AddIdentity(e, c);
        AddDates(e, c);
        AddNumbers(e, c);
        return e;
    }

    // Every culture is told by its differences from the nearest one of its language that is
    // told already, or from "en".
    static void ChooseBases(List<Entry> entries)
    {
        var rest = new List<Entry>(entries);
        var cost = rest.ToDictionary(e => e, e => e.Name == "en" ? 0 : e.Cost(null));
        while (rest.Count > 0) {
            Entry next = rest.OrderBy(e => cost[e]).ThenBy(e => e.Name, StringComparer.Ordinal).First();
            rest.Remove(next);
            next.Depth = next.Base == null ? 0 : next.Base.Depth + 1;
            foreach (Entry e in rest) {
                if (next.Language != e.Language && next.Name != "en")
                    continue;
                int c = e.Cost(next);
                if (c < cost[e]) {
                    cost[e] = c;
                    e.Base = next;
                }
            }
        }
    }

    const string HEAD =
        "# Cultures, as tests/tools/cultures.cs found them; they are the Unicode CLDR's facts.\n" +
        "# First, \"LCID name\" by LCID, in brackets if the LCID stands for another one. Then a\n" +
        "# block for each, by name in lower case; blanks at the end of a value count. What a block says\n" +
        "# not itself is as in the culture that it is like. Lists are separated by |. \"=\" says that\n" +
        "# genitive names are the plain ones, and a calendar's name the culture's native one.\n" +
        "# Without a territory it is a neutral culture.\n\n";

    static string WriteCultures(List<Entry> entries)
    {
        var text = new StringBuilder(HEAD);
        foreach (Entry e in entries) {
            bool known = CultureInfo.GetCultureInfo(e.Lcid).Name == e.Name;
            text.AppendFormat(known ? "{0} {1}\n" : "({0}) {1}\n", e.Lcid, e.Name);
        }
        foreach (Entry e in entries.OrderBy(e => e.Name.ToLowerInvariant(), StringComparer.Ordinal)) {
            text.Append("\nculture: ").Append(e.Name).Append('\n');
            if (e.Base != null)
                text.Append("like: ").Append(e.Base.Name).Append('\n');
            foreach (var value in e.Own(e.Base))
                text.Append(value.Key).Append(value.Value == "" ? ":" : ": ").Append(value.Value).Append('\n');
        }
        return text.ToString();
    }

    static readonly string[] REGION = { "iso2Name", "regionId", "iso3Name", "win3Name", "englishName",
                                        "nativeName", "currencySymbol", "isoCurrencySymbol",
                                        "currencyEnglishName", "currencyNativeName" };

    static string WriteRegions()
    {
        var text = new StringBuilder(
            "# Regions, as tests/tools/cultures.cs found them: two letters, number, three letters, those\n" +
            "# of Windows, names in English and in a language of it, currency: symbol, ISO, names.\n");
        MethodInfo fill = typeof(RegionInfo).GetMethod("construct_internal_region_from_name", ANY);
        for (int i = 0; i < 26 * 26; i++) {
            string name = "" + (char)('A' + i / 26) + (char)('A' + i % 26);
            object region = FormatterServices.GetUninitializedObject(typeof(RegionInfo));
            if (!(bool)fill.Invoke(region, new object[] { name }))
                continue;
            string[] values = REGION.Select(f => (Field(region, f) ?? "").ToString()).ToArray();
            if (values[0] != name || values.Any(v => v.IndexOfAny(new[] { '|', '\n' }) >= 0))
                throw new Exception(name);
            text.Append(string.Join("|", values)).Append('\n');
        }
        return text.ToString();
    }

    static void Main(string[] args)
    {
        List<Entry> entries = CultureInfo.GetCultures(CultureTypes.AllCultures)
                                  .Where(c => c.Name != "")
                                  .Select(c => Describe(c))
                                  .ToList();
        ChooseBases(entries);
        File.WriteAllText(Path.Combine(args[0], "cultures.txt"), WriteCultures(entries));
        File.WriteAllText(Path.Combine(args[0], "regions.txt"), WriteRegions());
    }
}
