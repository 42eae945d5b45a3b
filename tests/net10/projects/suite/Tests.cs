// Over 200 tests of two libraries, for xunit.v3; the last class fails on purpose, so that the
// report of a failure is seen, too.
using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NodaTime;
using NodaTime.Text;
using Xunit;

public class JsonNumbers
{
    public static IEnumerable<TheoryDataRow<long>> Integers() => Enumerable.Range(0, 60).Select(i => new TheoryDataRow<long>((i % 2 == 0 ? 1 : -1) * (1L << i)));

    [Theory]
    [MemberData(nameof(Integers))]
    public void Integers_come_back(long value)
    {
        string text = JsonConvert.SerializeObject(new { value });
        Assert.Equal($"{{\"value\":{value}}}", text);
        Assert.Equal(value, (long)JObject.Parse(text)["value"]);
    }

    [Theory]
    [InlineData(0.1, "0.1")] [InlineData(1e300, "1E+300")] [InlineData(-2.5, "-2.5")] [InlineData(double.Epsilon, "5E-324")] [InlineData(3.0, "3.0")]
    [InlineData(double.NaN, "\"NaN\"")] [InlineData(double.PositiveInfinity, "\"Infinity\"")] [InlineData(123456789.125, "123456789.125")]
    public void Doubles_are_written_shortest(double value, string expected) => Assert.Equal(expected, JsonConvert.SerializeObject(value));

    [Theory]
    [InlineData("[1,")] [InlineData("{")] [InlineData("tru")] [InlineData("{'a'}")] [InlineData("[1}")] [InlineData("'x")] [InlineData("{\"a\":}")] [InlineData("01a")]
    public void Broken_text_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => JToken.Parse(text));
}

public class JsonShapes
{
    public class Node { public int Id { get; set; } [JsonProperty("n")] public string Name { get; set; } public List<Node> Children { get; set; } = new(); [JsonIgnore] public int Hidden { get; set; } }

    public static TheoryData<int, int> Trees()
    {
        var data = new TheoryData<int, int>();
        for (int depth = 0; depth < 5; depth++)
            for (int width = 1; width < 4; width++)
                data.Add(depth, width);
        return data;
    }

    static Node Make(int depth, int width, int id = 1)
    {
        var node = new Node { Id = id, Name = "n" + id, Hidden = 5 };
        for (int i = 0; i < width && depth > 0; i++)
            node.Children.Add(Make(depth - 1, width, id * 10 + i));
        return node;
    }

    static int Count(Node node) => 1 + node.Children.Sum(Count);

    [Theory]
    [MemberData(nameof(Trees))]
    public void Trees_come_back(int depth, int width)
    {
        var tree = Make(depth, width);
        var back = JsonConvert.DeserializeObject<Node>(JsonConvert.SerializeObject(tree, Formatting.Indented));
        Assert.Equal(Count(tree), Count(back));
        Assert.Equal(0, back.Hidden);
        Assert.Equal(JsonConvert.SerializeObject(tree), JsonConvert.SerializeObject(back));
    }

    [Theory]
    [InlineData(typeof(int[]), "[1,2]")] [InlineData(typeof(Dictionary<string, int>), "{\"a\":1}")] [InlineData(typeof(HashSet<string>), "[\"x\"]")]
    [InlineData(typeof(Tuple<int, string>), "{\"Item1\":1,\"Item2\":\"b\"}")] [InlineData(typeof(KeyValuePair<string, bool>), "{\"Key\":\"k\",\"Value\":true}")]
    [InlineData(typeof(int?), "null")] [InlineData(typeof(DayOfWeek), "3")] [InlineData(typeof(Guid), "\"00000000-0000-0000-0000-000000000001\"")]
    [InlineData(typeof(Uri), "\"http://x/y\"")] [InlineData(typeof(TimeSpan), "\"01:02:03\"")] [InlineData(typeof(Version), "\"1.2.3\"")] [InlineData(typeof(byte[]), "\"AQID\"")]
    public void Types_come_back(Type type, string text) => Assert.Equal(text, JsonConvert.SerializeObject(JsonConvert.DeserializeObject(text, type)));

    [Fact]
    public void Paths_select() => Assert.Equal(new[] { 2, 3 }, JObject.Parse("{'a':[{'b':1},{'b':2},{'b':3}]}").SelectTokens("$.a[?(@.b > 1)].b").Select(token => (int)token));

    [Fact]
    public async Task Readers_are_asynchronous()
    {
        using var reader = new JsonTextReader(new StringReader("[1,[2],{'a':3}]"));
        int sum = 0;
        while (await reader.ReadAsync())
            if (reader.TokenType == JsonToken.Integer)
                sum += (int)(long)reader.Value;
        Assert.Equal(6, sum);
    }
}

public class Times
{
    public static IEnumerable<object[]> Zones() => new[] { "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC" }
        .SelectMany(zone => Enumerable.Range(0, 12).Select(month => new object[] { zone, month + 1 }));

    [Theory]
    [MemberData(nameof(Zones))]
    public void Local_times_come_back(string id, int month)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        var zoned = new LocalDateTime(2023, month, 15, 12, 34, 56).InZoneLeniently(zone);
        Assert.Equal(zoned, zoned.ToInstant().InZone(zone));
        Assert.Equal(month, zoned.Month);
        Assert.Equal(zoned, ZonedDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss z o<g>", DateTimeZoneProviders.Tzdb)
            .Parse(ZonedDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss z o<g>", DateTimeZoneProviders.Tzdb).Format(zoned)).Value);
    }

    public static IEnumerable<object[]> Years() => Enumerable.Range(1995, 30).Select(year => new object[] { year });

    [Theory]
    [MemberData(nameof(Years))]
    public void Years_have_their_days(int year)
    {
        int days = Period.Between(new LocalDate(year, 1, 1), new LocalDate(year + 1, 1, 1), PeriodUnits.Days).Days;
        Assert.Equal(DateTime.IsLeapYear(year) ? 366 : 365, days);
        Assert.Equal(days, CalendarSystem.Iso.GetDaysInYear(year));
    }
}

public sealed class Fixture : IDisposable
{
    public int Uses;
    public void Dispose() { Assert.True(Uses > 0); }
}

public class Fixtures(Fixture fixture) : IClassFixture<Fixture>, IAsyncLifetime
{
    int prepared;
    public ValueTask InitializeAsync() { prepared = 1; fixture.Uses++; return default; }
    public async ValueTask DisposeAsync() => await Task.Yield();

    [Fact] public void Are_prepared() => Assert.Equal(1, prepared);
    [Fact] public async Task Are_used() { await Task.Delay(1); Assert.InRange(fixture.Uses, 1, 4); }
    [Fact(Skip = "on purpose")] public void Are_skipped() => Assert.Fail("not reached");
    [Fact(Timeout = 20000)] public async Task Have_time() => await Task.Delay(1);
}

public class Failures
{
    [Fact] public void Of_equality() => Assert.Equal(new[] { 1, 2, 3 }, new[] { 1, 2, 4 });
    [Fact] public void Of_text() => Assert.Equal("some text", "same text");
    [Fact] public void By_exception() => JsonConvert.DeserializeObject<int>("[]");
}
