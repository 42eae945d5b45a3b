// A static field can be read as if it lay in an object, and not the other way round: mono reads
// some other memory then.
// prints FieldStatic: 5MissingFieldException
// refuses FieldStatic:<Run>m__0 method.field
// refuses FieldStatic:Back method.names
// refuses FieldStatic:Read method.names
#if LIBRARY
namespace Lib
{
    public class FieldStatic
    {
#if field_static
        public static int field = 5;
        public int back = 6;
#else
        public int field = 5;
        public static int back = 6;
#endif
    }
}
#else
static class FieldStatic
{
    static int Read(Lib.FieldStatic f) { return f.field; }
    static int Back() { return Lib.FieldStatic.back; }
    static string Try(System.Func<object> f) { try { return f().ToString(); } catch (System.Exception e) { return e.GetType().Name; } }
    public static string Run() { return Try(() => Read(new Lib.FieldStatic())) + Try(() => Back()); }
}
#endif
