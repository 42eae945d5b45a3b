// Fields change places: who knows the place of one that has moved, or stores there.
// refuses FieldsReordered:ByValue method.field
// refuses FieldsReordered:First method.field
// refuses FieldsReordered:Make method.field
// refuses FieldsReordered:Run method.field
// refuses FieldsReordered:Static method.field
#if LIBRARY
namespace Lib
{
    public class Reordered
    {
#if fields_reordered
        public int b = 2, a = 1;
        public static int t = 4, s = 3;
#else
        public int a = 1, b = 2;
        public static int s = 3, t = 4;
#endif
        public int c = 5;
        public int Sum() { return a + b; }
    }
    public struct ReorderedValue
    {
#if fields_reordered
        public int b, a;
#else
        public int a, b;
#endif
    }
}
#else
static class FieldsReordered
{
    static int First(Lib.Reordered r) { return r.a; }
    static int Third(Lib.Reordered r) { return r.c; }
    static int Static() { return Lib.Reordered.s; }
    static int ByValue(Lib.ReorderedValue v) { return v.b; }
    static object Make() { return new Lib.Reordered(); }
    public static string Run()
    {
        var r = new Lib.Reordered();
        return First(r) + " " + Third(r) + Static() + ByValue(new Lib.ReorderedValue { a = 6, b = 7 }) + Make();
    }
}
#endif
