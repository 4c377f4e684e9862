function [rows, columns] = generate_rows(n, seed, labels)
%GENERATE_ROWS  Rows like those of a table, from a generator that tabgan learned.
%   rows = generate_rows(n) draws n rows; rows = generate_rows(n, seed) always the same ones.
%   rows = generate_rows(Z) gives the rows of standard normal latents Z, of size n x n_latents.
%   rows = generate_rows(n, seed, labels) or generate_rows(Z, [], labels) takes the codes of the
%   label (n x 1, from 0) when the model has one; they are drawn when left out.
%   [rows, columns] = generate_rows(...) also gives the names of the columns, a cell array.
%
%   Numbers are in their own units, gaps are NaN, dates count what M.units says, and the code c of
%   a category in column j stands for M.categories{j}{c + 1}, where M = load('generate_rows.mat').
%   Needs no toolbox, only generate_rows.mat beside this file.
M = load(fullfile(fileparts(mfilename('fullpath')), 'generate_rows.mat'));
columns = M.columns;
if nargin < 3, labels = []; end

% Latents: what the network makes a row from, then the noise of the levels.
seeded = nargin > 1 && ~isempty(seed);
if seeded
    before = rng;
    rng(seed, 'twister');
end
Z = n;
if isscalar(n), Z = randn(n, M.n_latents); end
assert(size(Z, 2) == M.n_latents, 'Z must have a column for each of %d latents', M.n_latents);
n = size(Z, 1);
if M.n_given > 0 && isempty(labels)
    labels = sum(rand(n, 1) > cumsum(M.label_shares(1:end-1)), 2);
end
if seeded, rng(before); end
x = Z(:, 1:M.n_free);
if M.n_given > 0
    x = [x, double(labels(:) == (0:M.n_given-1))];
end

% The network: a perceptron with leaky ReLU between its layers.
for i = 1:numel(M.weights)
    if i > 1, x = max(x, M.slope * x); end
    x = x * M.weights{i}' + M.biases{i};
end

% Numbers: undo scaling and PCA, calibrate, and turn normal scores into quantiles.
rows = repmat(M.constants, n, 1);
scores = tanh(x(:, 1:M.n_numbers)) * M.mix + M.center;
for j = 1:numel(M.numbers)
    value = scores(:, j);
    if ~isempty(M.calibration)
        value = polyline(M.calibration{j}, value);
    end
    if ~isempty(M.quantile)
        share = erfc(-value / sqrt(2)) / 2;
        value = polyline(M.quantile{j}, share) ...
            + tail(share, M.tails(j, 1, :)) + tail(1 - share, M.tails(j, 2, :));
    end
    rows(:, M.numbers(j) + 1) = value;
end

% Levels: the slot with the largest score says the value, or leaves the number.
scores = x(:, M.n_numbers+1:end) + Z(:, M.n_free+1:end) + M.offsets;
own = M.own(:) > 0;
values = M.level_values(:);
last = 0;
for k = 1:numel(M.widths)
    [~, slot] = max(scores(:, last+1:last+M.widths(k)), [], 2);
    slot = slot + last;
    last = last + M.widths(k);
    says = own(slot);
    rows(says, M.level_columns(k) + 1) = values(slot(says));
end
if M.n_given > 0
    rows(:, M.label + 1) = labels(:);
end

% Decimals, range and rules between columns: what a rule says comes from what is rounded.
targets = cellfun(@(columns) columns(1) + 1, M.rule_columns);
for j = setdiff(1:numel(columns), targets)
    rows(:, j) = settle(rows(:, j), M.decimals(j), M.low(j), M.high(j));
end
for k = 1:numel(targets)
    j = targets(k);
    others = rows(:, M.rule_columns{k}(2:end) + 1) * M.rule_weights{k}';
    value = obey(rows(:, j), others, M.rule_ends{k}, M.decimals(j));
    rows(:, j) = settle(value, M.decimals(j), M.low(j), M.high(j));
end
end

function x = settle(x, decimals, low, high)
% Round, halves to the even digit, unless decimals is NaN; hold within the range.
gaps = isnan(x);                % which max and min would fill
if ~isnan(decimals)
    x = x * 10^decimals;
    whole = round(x);
    half = abs(x - fix(x)) == 0.5 & mod(whole, 2) == 1;
    x = (whole - half .* sign(x)) / 10^decimals;
end
x = min(max(x, low), high);
x(gaps) = NaN;
end

function x = obey(x, others, ends, decimals)
% The column that a rule is solved for: the bound of an equation, or a share x of the room beside it.
bound = ends(1) - others;
side = ends(2);
if side == 0
    there = ~isnan(bound + x);
    x(there) = bound(there);
    return
end
least = side * bound;           % the least value from here on, with the column's decimals
if ~isnan(decimals)
    least = least * 10^decimals;
    noise = 1e-6 + 4 * eps * abs(least);    % what sums are off by
    if ends(3), least = floor(least + noise) + 1; else, least = ceil(least - noise); end
    least = least / 10^decimals;
elseif ends(3)
    least = least + eps(least);
end
near = side * max(least, side * ends(4));   % without a bound (NaN) the cap
gaps = isnan(x);
x = near + min(max(x, 0), 1) .* (ends(5) - near);
x(gaps) = NaN;
end

function y = polyline(knots, x)
% Linear between the knots, level beyond them.
y = interp1(knots(1, :)', knots(2, :)', min(max(x, knots(1, 1)), knots(1, end)));
end

function y = tail(share, ends)
% What an exponential tail adds where less than ends(1) of the rows lies beyond.
y = ends(2) * log(max(ends(1) ./ max(share, 1e-7), 1));
end
