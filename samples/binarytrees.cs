// Builds and drops many binary trees of depth up to N (default 8): the collector's work.
using System;

class Node
{
    Node left, right;

    public static Node Make(int depth)
    {
        var node = new Node();
        if (depth > 0) {
            node.left = Make(depth - 1);
            node.right = Make(depth - 1);
        }
        return node;
    }

    public int Count()
    {
        return left == null ? 1 : 1 + left.Count() + right.Count();
    }
}

static class BinaryTrees
{
    const int MinDepth = 4;

    static void Main(string[] args)
    {
        int n = args.Length > 0 ? int.Parse(args[0]) : 8;
        int max = Math.Max(MinDepth + 2, n);
        Console.WriteLine("stretch tree of depth {0}\t check: {1}", max + 1,
                          Node.Make(max + 1).Count());
        Node longLived = Node.Make(max);
        for (int depth = MinDepth; depth <= max; depth += 2) {
            int rounds = 1 << (max - depth + MinDepth), check = 0;
            for (int i = 0; i < rounds; i++)
                check += Node.Make(depth).Count();
            Console.WriteLine("{0}\t trees of depth {1}\t check: {2}", rounds, depth, check);
        }
        Console.WriteLine("long lived tree of depth {0}\t check: {1}", max, longLived.Count());
    }
}
