// Formats and templates: JSON, YAML, CSV, Markdown, HTML, templates, parsers, words for people.
using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Libraries
{
    public enum Level { Low, Middle, High }

    public record Item(string Name, decimal Price, DateTime Made, Level Level, List<string> Tags);

    public class Place
    {
        public string Street { get; set; }
        public int Number { get; set; }
        public Dictionary<string, double> Marks { get; set; } = new();
    }

    static class Samples
    {
        public static List<Item> Items() => Enumerable.Range(1, 5).Select(i => new Item("item" + i, i * 1.25m,
            new DateTime(2024, 1, i, 3, 4, 5, DateTimeKind.Utc), (Level)(i % 3), Enumerable.Repeat("t" + i, i % 3).ToList())).ToList();
    }

    public static class Json
    {
        public static void Run()
        {
            string text = JsonConvert.SerializeObject(Samples.Items(), Formatting.Indented);
            Console.WriteLine(text);
            var back = JsonConvert.DeserializeObject<List<Item>>(text);
            Console.WriteLine(back.Sum(item => item.Price));
            var tree = JObject.Parse("{'a':[1,2.5,'x',null,{'b':true}],'when':'2020-02-03T04:05:06Z'}");
            Console.WriteLine(tree.SelectToken("$.a[4].b") + " " + tree["when"].Type + " " + tree.ToString(Formatting.None));
            dynamic open = tree;
            Console.WriteLine((int)open.a[0] + (double)open.a[1]);
            try { JsonConvert.DeserializeObject<int[]>("[1,'y']"); }
            catch (JsonException e) { Console.WriteLine(e.GetType().Name + ": " + e.Message); }
            var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.Auto, PreserveReferencesHandling = PreserveReferencesHandling.Objects };
            var place = new Place { Street = "S", Number = 3, Marks = { ["x"] = 1.5 } };
            Console.WriteLine(JsonConvert.SerializeObject(new object[] { place, place }, settings));
        }
    }

    public static class Yaml
    {
        public static void Run()
        {
            var serializer = new YamlDotNet.Serialization.SerializerBuilder()
                .WithNamingConvention(YamlDotNet.Serialization.NamingConventions.CamelCaseNamingConvention.Instance).Build();
            var place = new Place { Street = "Main: \"street\"", Number = 12, Marks = { ["one"] = 1.5, ["two"] = -2e10 } };
            string text = serializer.Serialize(new { Places = new[] { place, place }, Level = Level.High });
            Console.Write(text);
            var reader = new YamlDotNet.Serialization.DeserializerBuilder()
                .WithNamingConvention(YamlDotNet.Serialization.NamingConventions.CamelCaseNamingConvention.Instance).Build();
            var back = reader.Deserialize<Place>("street: here\nnumber: 0x10\nmarks:\n  a: 1\n  b: .5\n");
            Console.WriteLine($"{back.Street} {back.Number} {string.Join(",", back.Marks)}");
            try { reader.Deserialize<Place>("street: [1"); }
            catch (YamlDotNet.Core.YamlException e) { Console.WriteLine(e.GetType().Name + " " + e.Start); }
        }
    }

    public static class Csv
    {
        public class Row { public int Id { get; set; } public string Name { get; set; } public double? Value { get; set; } public Level Level { get; set; } }

        public static void Run()
        {
            using var reader = new CsvHelper.CsvReader(new StringReader("Id,Name,Value,Level\n1,\"a,b\",1.5,High\n2,c,,Low\n"), CultureInfo.InvariantCulture);
            var rows = reader.GetRecords<Row>().ToList();
            foreach (var row in rows)
                Console.WriteLine($"{row.Id} {row.Name} {row.Value} {row.Level}");
            var text = new StringWriter();
            using (var writer = new CsvHelper.CsvWriter(text, CultureInfo.InvariantCulture)) {
                writer.WriteRecords(rows);
                writer.WriteRecords(Enumerable.Range(0, 3).Select(i => new { Number = i, Square = i * i }));
            }
            Console.Write(text);
        }
    }

    public static class Markdown
    {
        public static void Run()
        {
            var pipeline = Markdig.MarkdownExtensions.UseAdvancedExtensions(new Markdig.MarkdownPipelineBuilder()).Build();
            Console.WriteLine(Markdig.Markdown.ToHtml("# Head *it*\n\n| a | b |\n|---|:-:|\n| 1 | `2` |\n\n- [x] done\n- [ ] not[^1]\n\n[^1]: note\n\n```c\nint x;\n```\n", pipeline));
        }
    }

    public static class Html
    {
        public static void Run()
        {
            var document = new HtmlAgilityPack.HtmlDocument();
            document.LoadHtml("<html><body><ul><li class=a>1<li>2</ul><p>x<br>y</body>");
            foreach (var node in document.DocumentNode.SelectNodes("//li"))
                Console.WriteLine(node.XPath + " " + node.InnerText + " " + node.GetAttributeValue("class", "none"));
            var parser = new AngleSharp.Html.Parser.HtmlParser();
            using var dom = parser.ParseDocument("<table><tr><td>1<td>2</table><p class='k'>text<b>bold</p>");
            Console.WriteLine(dom.DocumentElement.OuterHtml);
            foreach (var element in dom.QuerySelectorAll("td:nth-child(2), p.k > b"))
                Console.WriteLine(element.LocalName + "=" + element.TextContent);
        }
    }

    public static class Templates
    {
        public static void Run()
        {
            var template = HandlebarsDotNet.Handlebars.Compile("{{#each items}}{{@index}}:{{name}}{{#if big}}!{{/if}} {{/each}}{{title}}\n");
            Console.Write(template(new { title = "<T>", items = new[] { new { name = "a", big = true }, new { name = "b", big = false } } }));
            if (Fluid.FluidParserExtensions.TryParse(new Fluid.FluidParser(), "{% for i in items %}{{ forloop.index }}-{{ i.Name | upcase }} {% endfor %}{{ 'x' | append: 'y' }}", out var fluid, out var error)) {
                var options = new Fluid.TemplateOptions { MemberAccessStrategy = new Fluid.UnsafeMemberAccessStrategy() };
                Console.WriteLine(Fluid.FluidTemplateExtensions.Render(fluid, new Fluid.TemplateContext(new { items = Samples.Items() }, options)));
            } else {
                Console.WriteLine(error);
            }
        }
    }

    public static class Words
    {
        public static void Run()
        {
            Console.WriteLine(Humanizer.NumberToWordsExtension.ToWords(1234567));
            Console.WriteLine(Humanizer.TimeSpanHumanizeExtensions.Humanize(TimeSpan.FromMinutes(4000), 3));
            Console.WriteLine(Humanizer.StringHumanizeExtensions.Humanize("ThisIsPascalCase"));
            Console.WriteLine(Humanizer.InflectorExtensions.Pluralize("person") + " " + Humanizer.InflectorExtensions.Underscore("SomeTitle"));
            Console.WriteLine(Humanizer.OrdinalizeExtensions.Ordinalize(22) + " " + Humanizer.RomanNumeralExtensions.ToRoman(1999));
            Console.WriteLine(Humanizer.DateHumanizeExtensions.Humanize(new DateTime(2020, 1, 1), true, new DateTime(2020, 3, 4)));
        }
    }

    public static class Parsing
    {
        enum Token { Number, Plus, Times, Open, Close }

        public static void Run()
        {
            var tokens = new Superpower.Tokenizers.TokenizerBuilder<Token>()
                .Ignore(Superpower.Parsers.Span.WhiteSpace)
                .Match(Superpower.Parsers.Character.EqualTo('+'), Token.Plus).Match(Superpower.Parsers.Character.EqualTo('*'), Token.Times)
                .Match(Superpower.Parsers.Character.EqualTo('('), Token.Open).Match(Superpower.Parsers.Character.EqualTo(')'), Token.Close)
                .Match(Superpower.Parsers.Numerics.Natural, Token.Number).Build();
            foreach (var token in tokens.Tokenize("1 + 23*(4+5)"))
                Console.Write(token.Kind + "(" + token.ToStringValue() + ") ");
            Console.WriteLine();
            try { tokens.Tokenize("1 ? 2"); }
            catch (Superpower.ParseException e) { Console.WriteLine(e.Message); }
        }
    }

    public static class Options
    {
        public class Given
        {
            [CommandLine.Option('n', "number", Required = true, HelpText = "A number.")] public int Number { get; set; }
            [CommandLine.Option("names", HelpText = "Some names.")] public IEnumerable<string> Names { get; set; }
            [CommandLine.Value(0)] public string First { get; set; }
        }

        public static void Run()
        {
            var help = new StringWriter();
            using var parser = new CommandLine.Parser(settings => { settings.HelpWriter = null; });
            CommandLine.ParserResultExtensions.WithParsed(parser.ParseArguments<Given>(new[] { "-n", "5", "x", "--names", "a", "b" }),
                given => Console.WriteLine($"{given.Number} {given.First} {string.Join("+", given.Names)}"));
            CommandLine.ParserResultExtensions.WithNotParsed(parser.ParseArguments<Given>(new[] { "--other" }),
                errors => Console.WriteLine(string.Join(" ", errors.Select(error => error.Tag))));
        }
    }

    public static class Tables
    {
        public static void Run()
        {
            var text = new StringWriter();
            var console = Spectre.Console.AnsiConsole.Create(new Spectre.Console.AnsiConsoleSettings {
                Ansi = Spectre.Console.AnsiSupport.No, ColorSystem = Spectre.Console.ColorSystemSupport.NoColors, Out = new Spectre.Console.AnsiConsoleOutput(text) });
            console.Profile.Width = 60;
            var table = new Spectre.Console.Table();
            Spectre.Console.TableExtensions.AddColumns(table, "Name", "Price");
            foreach (var item in Samples.Items())
                Spectre.Console.TableExtensions.AddRow(table, item.Name, item.Price.ToString());
            console.Write(table);
            var tree = new Spectre.Console.Tree("root");
            Spectre.Console.HasTreeNodeExtensions.AddNode(Spectre.Console.HasTreeNodeExtensions.AddNode(tree, "[red]a[/]"), "b");
            console.Write(tree);
            console.Write(new Spectre.Console.Rule("end"));
            Console.Write(text);
        }
    }
}
