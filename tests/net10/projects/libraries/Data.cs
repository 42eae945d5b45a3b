// Data: databases in the process, object mappers, validators, binary formats, generated rows.
using System.Text;
using Dapper;
using FluentValidation;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Libraries
{
    public static class DapperSqlite
    {
        public class Person { public long Id { get; set; } public string Name { get; set; } public double? Height { get; set; } public byte[] Data { get; set; } }

        public static async Task Run()
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            connection.Execute("create table person (id integer primary key, name text, height real, data blob)");
            int count = connection.Execute("insert into person (name, height, data) values (@Name, @Height, @Data)",
                Enumerable.Range(1, 5).Select(i => new { Name = "n" + i, Height = i % 2 == 0 ? (double?)null : i * 1.5, Data = new byte[] { (byte)i, 255 } }));
            Console.WriteLine(count);
            foreach (var person in connection.Query<Person>("select * from person where id > @low order by id desc", new { low = 1 }))
                Console.WriteLine($"{person.Id} {person.Name} {person.Height} {Convert.ToHexString(person.Data)}");
            foreach (var row in await connection.QueryAsync("select name, length(name) as size from person where id in @ids", new { ids = new[] { 2, 4 } }))
                Console.WriteLine($"{row.name} {row.size}");
            connection.CreateFunction("twice", (long x) => x * 2);
            Console.WriteLine(connection.ExecuteScalar<long>("select twice(sum(id)) from person"));
            try { connection.Execute("insert into nowhere values (1)"); }
            catch (SqliteException e) { Console.WriteLine(e.Message); }
            using var transaction = connection.BeginTransaction();
            connection.Execute("delete from person", transaction: transaction);
            transaction.Rollback();
            Console.WriteLine(connection.ExecuteScalar<int>("select count(*) from person"));
        }
    }

    public class Blog { public int Id { get; set; } public string Name { get; set; } public List<Post> Posts { get; set; } = new(); }
    public class Post { public int Id { get; set; } public string Title { get; set; } public DateTime When { get; set; } public int BlogId { get; set; } public Blog Blog { get; set; } }

    public class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options)
    {
        public DbSet<Blog> Blogs => Set<Blog>();
        public DbSet<Post> Posts => Set<Post>();
        protected override void OnModelCreating(ModelBuilder builder)
        {
            builder.Entity<Blog>().HasIndex(blog => blog.Name).IsUnique();
            builder.Entity<Post>().HasOne(post => post.Blog).WithMany(blog => blog.Posts).HasForeignKey(post => post.BlogId);
        }
    }

    public static class EntitySqlite
    {
        public static async Task Run()
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            await Entities.Use(new DbContextOptionsBuilder<BlogContext>().UseSqlite(connection).Options, true);
        }
    }

    public static class EntityMemory
    {
        public static Task Run() => Entities.Use(new DbContextOptionsBuilder<BlogContext>().UseInMemoryDatabase("blogs").Options, false);
    }

    static class Entities
    {
        public static async Task Use(DbContextOptions<BlogContext> options, bool relational)
        {
            using (var context = new BlogContext(options)) {
                context.Database.EnsureCreated();
                for (int i = 1; i <= 3; i++)
                    context.Add(new Blog { Name = "blog" + i, Posts = Enumerable.Range(1, i).Select(k => new Post { Title = $"post{i}.{k}", When = new DateTime(2024, i, k) }).ToList() });
                Console.WriteLine(await context.SaveChangesAsync());
            }
            using (var context = new BlogContext(options)) {
                var query = context.Blogs.Where(blog => blog.Posts.Count > 1).OrderByDescending(blog => blog.Name).Select(blog => new { blog.Name, Last = blog.Posts.Max(post => post.When) });
                if (relational)
                    Console.WriteLine(query.ToQueryString());
                foreach (var row in await query.ToListAsync())
                    Console.WriteLine($"{row.Name} {row.Last:yyyy-MM-dd}");
                var blog = await context.Blogs.Include(b => b.Posts).FirstAsync(b => b.Name == "blog3");
                blog.Posts.RemoveAt(0);
                blog.Name = "changed";
                Console.WriteLine(context.ChangeTracker.DebugView.ShortView.Length > 0);
                Console.WriteLine(await context.SaveChangesAsync());
                foreach (var group in await context.Posts.GroupBy(post => post.Blog.Name).Select(g => new { g.Key, Count = g.Count() }).OrderBy(g => g.Key).ToListAsync())
                    Console.WriteLine($"{group.Key} {group.Count}");
                if (relational) {
                    context.Blogs.Add(new Blog { Name = "blog1" });
                    try { await context.SaveChangesAsync(); }
                    catch (DbUpdateException e) { Console.WriteLine(e.InnerException.Message); }
                }
            }
        }
    }

    public static class Documents
    {
        public class Customer { public int Id { get; set; } public string Name { get; set; } public string[] Phones { get; set; } public bool Active { get; set; } }

        public static void Run()
        {
            using var database = new LiteDB.LiteDatabase(new MemoryStream());
            var customers = database.GetCollection<Customer>("customers");
            for (int i = 0; i < 10; i++)
                customers.Insert(new Customer { Name = "c" + i, Phones = new[] { "1-" + i, "2-" + i }, Active = i % 2 == 0 });
            customers.EnsureIndex(customer => customer.Name);
            foreach (var customer in customers.Query().Where(c => c.Active && c.Name != "c4").OrderByDescending(c => c.Name).Limit(3).ToList())
                Console.WriteLine($"{customer.Id} {customer.Name} {customer.Phones[1]}");
            Console.WriteLine(LiteDB.JsonSerializer.Serialize(customers.FindById(1) is var first ? database.Mapper.ToDocument(first) : null));
            Console.WriteLine(customers.DeleteMany(c => !c.Active) + " " + customers.Count());
        }
    }

    public static class Mapping
    {
        public class Source { public string Name { get; set; } public int Age { get; set; } public Place Place { get; set; } public List<Level> Levels { get; set; } }
        public class Target { public string Name { get; set; } public long Age { get; set; } public string PlaceStreet { get; set; } public string[] Levels { get; set; } }

        public static void Run()
        {
            Mapster.TypeAdapterConfig<Source, Target>.NewConfig().Map(to => to.Name, from => from.Name + "!");
            var target = Mapster.TypeAdapter.Adapt<Target>(new Source { Name = "n", Age = 4, Place = new Place { Street = "s" }, Levels = new() { Level.High, Level.Low } });
            Console.WriteLine($"{target.Name} {target.Age} {target.PlaceStreet} {string.Join("+", target.Levels)}");
        }
    }

    public static class Validation
    {
        class Rules : AbstractValidator<Place>
        {
            public Rules()
            {
                RuleFor(place => place.Street).NotEmpty().Length(2, 10).Must(street => !street.Contains('?')).WithMessage("no '{PropertyValue}'");
                RuleFor(place => place.Number).InclusiveBetween(1, 99).When(place => place.Street != "any");
                RuleForEach(place => place.Marks).ChildRules(mark => mark.RuleFor(pair => pair.Value).GreaterThan(0));
            }
        }

        public static void Run()
        {
            var rules = new Rules();
            foreach (var place in new[] { new Place { Street = "ok", Number = 5 }, new Place { Street = "a?", Number = 100 }, new Place { Street = "any", Marks = { ["x"] = -1 } }, new Place { Street = "" } }) {
                var result = rules.Validate(place);
                Console.WriteLine(result.IsValid + " " + string.Join(" | ", result.Errors.Select(error => error.PropertyName + ": " + error.ErrorMessage)));
            }
            try { rules.ValidateAndThrow(new Place()); }
            catch (ValidationException e) { Console.WriteLine(e.Message.ReplaceLineEndings(" ")); }
        }
    }

    public static class Binary
    {
        [ProtoBuf.ProtoContract]
        public class Node
        {
            [ProtoBuf.ProtoMember(1)] public int Id { get; set; }
            [ProtoBuf.ProtoMember(2)] public string Name { get; set; }
            [ProtoBuf.ProtoMember(3)] public List<Node> Children { get; set; } = new();
            [ProtoBuf.ProtoMember(4)] public Dictionary<string, double> Marks { get; set; } = new();
        }

        [MessagePack.MessagePackObject(true)]
        public class Message { public int Id { get; set; } public string Text { get; set; } public DateTime When { get; set; } public Level[] Levels { get; set; } }

        public static void Run()
        {
            var stream = new MemoryStream();
            ProtoBuf.Serializer.Serialize(stream, new Node { Id = 1, Name = "root", Children = { new Node { Id = -2, Name = "leaf", Marks = { ["a"] = 0.5 } } } });
            Console.WriteLine(Convert.ToHexString(stream.ToArray()));
            stream.Position = 0;
            var node = ProtoBuf.Serializer.Deserialize<Node>(stream);
            Console.WriteLine(node.Children[0].Name + " " + node.Children[0].Marks["a"]);
            var duration = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(90.5));
            var value = Google.Protobuf.WellKnownTypes.Struct.Parser.ParseJson("{\"a\":[1,true,null,\"x\"]}");
            Console.WriteLine(duration + " " + value + " " + Google.Protobuf.MessageExtensions.ToByteArray(value).Length);
            byte[] packed = MessagePack.MessagePackSerializer.Serialize(new Message { Id = 7, Text = "grüße", When = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc), Levels = new[] { Level.High, Level.Low } });
            Console.WriteLine(Convert.ToHexString(packed));
            Console.WriteLine(MessagePack.MessagePackSerializer.ConvertToJson(packed));
            Console.WriteLine(MessagePack.MessagePackSerializer.Deserialize<Message>(packed).Text);
        }
    }

    public static class Fakes
    {
        public static void Run()
        {
            var faker = new Bogus.Faker<Place>().UseSeed(42).RuleFor(place => place.Street, f => f.Address.StreetName()).RuleFor(place => place.Number, f => f.Random.Int(1, 100))
                .RuleFor(place => place.Marks, f => new() { [f.Hacker.Noun()] = f.Random.Int(0, 5) });
            foreach (var place in faker.Generate(4))
                Console.WriteLine($"{place.Street} {place.Number} {string.Join(",", place.Marks)}");
        }
    }

    public static class Dates
    {
        public static void Run()
        {
            var zone = NodaTime.DateTimeZoneProviders.Tzdb["Europe/Berlin"];
            var instant = NodaTime.Instant.FromUtc(2024, 3, 31, 0, 59, 59);
            for (int i = 0; i < 3; i++, instant += NodaTime.Duration.FromSeconds(1))
                Console.WriteLine(instant.InZone(zone));
            var date = new NodaTime.LocalDate(2024, 2, 29);
            Console.WriteLine(date.PlusYears(1) + " " + NodaTime.Period.Between(date, new NodaTime.LocalDate(2030, 1, 1)) + " " + date.WithCalendar(NodaTime.CalendarSystem.HebrewCivil));
            Console.WriteLine(NodaTime.Text.LocalDateTimePattern.ExtendedIso.Parse("2024-02-30T00:00:00").Exception.Message);
            Console.WriteLine(NodaTime.Text.DurationPattern.Roundtrip.Format(NodaTime.Duration.FromDays(1.5)));
        }
    }

    public static class Archives
    {
        public static void Run()
        {
            var stream = new MemoryStream();
            using (var zip = new ICSharpCode.SharpZipLib.Zip.ZipOutputStream(stream) { IsStreamOwner = false }) {
                zip.PutNextEntry(new ICSharpCode.SharpZipLib.Zip.ZipEntry("a.txt") { DateTime = new DateTime(2024, 1, 1) });
                zip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("hello ", 1000))));
                zip.CloseEntry();
            }
            stream.Position = 0;
            using var archive = new ICSharpCode.SharpZipLib.Zip.ZipFile(stream);
            foreach (ICSharpCode.SharpZipLib.Zip.ZipEntry entry in archive)
                Console.WriteLine($"{entry.Name} {entry.Size} {entry.CompressedSize} {entry.Crc:x}");
            var packed = new MemoryStream();
            ICSharpCode.SharpZipLib.BZip2.BZip2.Compress(new MemoryStream(new byte[5000]), packed, false, 9);
            Console.WriteLine(packed.Length);
            var digest = new Org.BouncyCastle.Crypto.Digests.Sha3Digest(256);
            digest.BlockUpdate(new byte[1000], 0, 1000);
            var hash = new byte[32];
            digest.DoFinal(hash, 0);
            Console.WriteLine(Convert.ToHexString(hash));
            var big = new Org.BouncyCastle.Math.BigInteger("123456789012345678901234567890");
            Console.WriteLine(big.ModPow(big, new Org.BouncyCastle.Math.BigInteger("1000000007")));
        }
    }

    public static class Images
    {
        public static void Run()
        {
            using var image = new SixLabors.ImageSharp.Image<SixLabors.ImageSharp.PixelFormats.Rgba32>(32, 24);
            for (int y = 0; y < 24; y++)
                for (int x = 0; x < 32; x++)
                    image[x, y] = new SixLabors.ImageSharp.PixelFormats.Rgba32((byte)(x * 8), (byte)(y * 10), (byte)(x * y));
            SixLabors.ImageSharp.Processing.ProcessingExtensions.Mutate(image, context =>
                SixLabors.ImageSharp.Processing.RotateExtensions.Rotate(SixLabors.ImageSharp.Processing.ResizeExtensions.Resize(context, 16, 12), SixLabors.ImageSharp.Processing.RotateMode.Rotate90));
            Console.WriteLine($"{image.Width} {image.Height} {image[3, 5]}");
            var stream = new MemoryStream();
            image.Save(stream, new SixLabors.ImageSharp.Formats.Png.PngEncoder());
            stream.Position = 0;
            using var back = SixLabors.ImageSharp.Image.Load<SixLabors.ImageSharp.PixelFormats.Rgba32>(stream.ToArray());
            Console.WriteLine($"{back.Width} {back[3, 5]} {back[11, 15]}");
        }
    }

    public static class Numbers
    {
        public static void Run()
        {
            var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(new double[,] { { 4, 1, 2 }, { 1, 3, 0 }, { 2, 0, 5 } });
            Console.WriteLine(matrix.Determinant().ToString("F6"));
            Console.WriteLine(matrix.Inverse().ToString("F4"));
            Console.WriteLine(string.Join(" ", matrix.Evd().EigenValues.Select(value => value.Real.ToString("F6"))));
            Console.WriteLine(string.Join(" ", matrix.Solve(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(new double[] { 1, 2, 3 })).Select(value => value.ToString("F6"))));
            Console.WriteLine(MathNet.Numerics.SpecialFunctions.Gamma(5.5).ToString("F8") + " " + MathNet.Numerics.Statistics.Statistics.StandardDeviation(new double[] { 1, 2, 4, 8 }).ToString("F8"));
        }
    }
}
