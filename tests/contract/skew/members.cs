// Members beside those that are used, first, in the middle and last: methods, properties,
// events without a field, constants and types. Nothing of that has a place in an object.
#if LIBRARY
namespace Lib
{
    public class Members
    {
#if members_first
        public int First() { return 1; }
        public static string FirstText { get { return "first"; } }
        public const int FirstConstant = 12;
        public class FirstType { public int x; }
#endif
        public int used = 4;
        public static int shared = 6;
        public int Use(int n) { return n + used; }
#if members_middle
        public int Middle<T>(T x) { return 1; }
        public string MiddleText { get { return "middle"; } set { } }
        public const string MiddleConstant = "constant";
        public event System.EventHandler MiddleEvent { add { } remove { } }
        public enum MiddleType { A }
#endif
        public static string Text() { return "members"; }
        public virtual int Virtual() { return 8; }
#if members_last
        public int Last(string s) { return s.Length; }
        public static double LastNumber { get { return 1; } }
        public const long LastConstant = 12;
        public delegate void LastType(string s);
#endif
    }
}
#else
static class Members
{
    static int Field(Lib.Members m) { return m.used + Lib.Members.shared; }
    static int Call(Lib.Members m) { return m.Use(3); }
    static string Static() { return Lib.Members.Text(); }
    static int Virtual(Lib.Members m) { return m.Virtual(); }
    static int Make() { return new Lib.Members().used; }
    public static string Run()
    {
        var m = new Lib.Members();
        return Field(m) + " " + Call(m) + Static() + Virtual(m) + Make();
    }
}
#endif
