// The static fields behind it have moved, and the one before has not.
// refuses StaticAdded:Behind method.field
#if LIBRARY
namespace Lib
{
    public static class StaticAdded
    {
        public static int before = 1;
#if static_added
        public static int added = 9;
#endif
        public static int behind = 2;
        public static string Text() { return "text"; }
    }
}
#else
static class StaticAdded
{
    static int Before() { return Lib.StaticAdded.before; }
    static int Behind() { return Lib.StaticAdded.behind; }
    static string Text() { return Lib.StaticAdded.Text(); }
    public static string Run() { return Before() + " " + Behind() + Text(); }
}
#endif
