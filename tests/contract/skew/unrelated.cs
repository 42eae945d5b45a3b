// Compiled into the library before, among or behind all other files. Whatever a library can
// have: it takes rows of every table and room in every heap.
namespace Lib
{
    public interface IUnrelated<T> { T Get(string name); }
    public struct UnrelatedValue { public int a; public UnrelatedClass b; }
    public enum UnrelatedEnum { One, Two }
    public delegate int UnrelatedDelegate(UnrelatedValue[] values);
    public class UnrelatedClass : IUnrelated<UnrelatedValue>
    {
        public static int counter = 17;
        [System.ThreadStatic] public static string perThread;
        public const string Text = "unrelated constant";
        public event UnrelatedDelegate Changed;
        public string Name { get { return "unrelated name"; } }
        public UnrelatedValue Get(string name)
        {
            var values = new System.Collections.Generic.Dictionary<UnrelatedEnum, UnrelatedValue[]>();
            try { System.Console.WriteLine("unrelated text" + values.Count + Changed); }
            catch (System.FormatException) { throw; }
            return new UnrelatedValue();
        }
        public override string ToString() { return "unrelated"; }
        class Nested { public UnrelatedClass outer; }
    }
    public static class UnrelatedStatics
    {
        static readonly int[] numbers = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9 };
        public static int Sum<T>(this T[] all) where T : struct { return all.Length + numbers.Length; }
    }
}
