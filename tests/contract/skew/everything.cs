// What a body can name, in a generic method whose instances lie in the user's image and in
// small ones that are inlined there. No kind of change: nothing may refuse these.
#if LIBRARY
namespace Lib
{
    public struct Point { public int x, y; public int Sum() { return x + y; } }
    public enum Colour { Red = 2, Green = 5 }
    public class Holder<T> { public T value; public static int made = 3; public Holder(T v) { value = v; } }
    public class Text
    {
        public static string prefix = "prefix ";
        public string own = "own";
        public virtual string Say() { return "text"; }
        public static string Inlined() { return "inlined text"; }
        public static int Constant() { return 1457; }
        public static string Joined(string s) { return prefix + s; }
        public static bool IsText(object o) { return o is Text; }
        public static Text Make() { return new Text(); }
        public static Colour Green() { return Colour.Green; }
    }
    public static unsafe class Everything
    {
        static int Twice(int n) { return n * 2; }
        public static string All<T>(T item, int n)
        {
            string result = "all of ";
            Point point = new Point();
            Point *pointer = &point;
            var holder = new Holder<T>(item);
            var many = new Holder<T[]>[3];
            System.Func<int, int> twice = Twice;
            try {
                pointer->y = n;
                if (n > 2)
                    throw new System.FormatException("thrown");
                many[0] = new Holder<T[]>(new[] { item });
                result += many[0].value[0];
            } catch (System.FormatException e) {
                result += e.Message + Holder<T>.made;
            } finally {
                Holder<T>.made++;
                result += typeof(T).Name + typeof(Holder<>).Name + (holder.value is T);
            }
            switch (n) {
            case 1: result += " one"; break;
            case 2: result += " two"; break;
            case 3: result += Text.Joined("three"); break;
            }
            int[] numbers = { 2, 7, 1, 8, 2, 8 };
            return result + twice(point.Sum()) + numbers[3] + new Text().Say() + Text.Green();
        }
    }
}
#else
struct UserValue { public long a; public override string ToString() { return "value"; } }
static class Everything
{
    static string Generic(int n) { return Lib.Everything.All(new UserValue(), n); }
    static string OverLibrary(int n) { return Lib.Everything.All(new Lib.Point(), n) + Lib.Everything.All(5, n); }
    static string Inlined() { return Lib.Text.Inlined() + Lib.Text.Constant() + Lib.Text.Joined("x"); }
    static string Objects(object o) { return Lib.Text.IsText(o) + Lib.Text.Make().own + Lib.Text.Green(); }
    static int Structs(Lib.Point p) { p.y++; return p.Sum() * 10 + Lib.Text.prefix.Length; }
    static string Virtual(Lib.Text t) { return t.Say(); }
    public static string Run()
    {
        string all = "";
        for (int n = 1; n <= 3; n++)
            all += Generic(n) + OverLibrary(n);
        return all + Inlined() + Objects(new Lib.Text()) + Structs(new Lib.Point()) + Virtual(new Lib.Text());
    }
}
#endif
