// What a program takes from the framework: methods that are copied into its own, others that are
// called, classes that it derives from, structures that it holds.
using System.Runtime.CompilerServices;

class Program
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Copied(Stack<string> stack) => stack.Count;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Called(Stack<string> stack) => stack.Peek();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Apart(int n) => Enumerable.Range(1, n).Where(x => x % 3 == 0).Sum();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Text(params object[] parts) => string.Join(", ", parts.Select(p => $"[{p}]"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Failure(Stack<string> stack)
    {
        try
        {
            while (true)
                stack.Pop();
        }
        catch (InvalidOperationException)
        {
            return "empty";
        }
    }

    static void Main()
    {
        var stack = new Stack<string>();
        stack.Push("one");
        stack.Push("two");
        Console.WriteLine(Copied(stack));
        Console.WriteLine(Called(stack));
        Console.WriteLine(Apart(100));
        Console.WriteLine(Text(1, "two", 3.5, TimeSpan.FromSeconds(4), new Version(5, 6)));
        Console.WriteLine(Failure(stack));
    }
}
